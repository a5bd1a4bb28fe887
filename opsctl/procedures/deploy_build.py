"""Build and deploy: an image built here, pushed under a new tag, and deployed by its digest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from opsctl.aws import Aws
from opsctl.aws.docker import PLATFORMS, Docker
from opsctl.aws.ecr import Image, parse
from opsctl.aws.ecs import short
from opsctl.aws.image_releases import ImageReleases
from opsctl.errors import UsageProblem
from opsctl.plan import Danger, Difference, Do, Plan, Refusal, Step, call
from opsctl.procedure import Procedure
from opsctl.procedures import deploy, live, preflight
from opsctl.procedures.live import Live

TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}", re.ASCII)


@dataclass(frozen=True)
class Request:
    """`tag` names the image to be; `folder` is the build context, `dockerfile` a file in it."""

    env: str
    tag: str
    folder: str
    dockerfile: str = "Dockerfile"
    timeout: float = 1200.0


@dataclass(frozen=True)
class Facts:
    """The live service, what its tasks need, and what ECR has under the tag already."""

    live: Live
    image: str
    """REGISTRY/REPOSITORY:TAG."""
    there: Image | None
    immutable: bool | None
    """Whether the repository never moves a tag; None where that may not be read."""
    findings: tuple[preflight.Finding, ...]
    docker: str = field(default="", compare=False)
    label: str = field(default="", compare=False)
    """The live image, for human eyes."""


def gather(request: Request, aws: Aws) -> Facts:
    """Looks for Docker and the Dockerfile, then reads the service and the repository.

    Raises BadConfig without Docker, its daemon, the folder or the Dockerfile, and NoAccess where
    Docker could not be signed in to ECR: after a long build is too late to be told.
    """
    _check_tag(request.tag)
    version = aws.docker.ready()
    aws.docker.source(request.folder, request.dockerfile)
    now = live.gather(aws)
    match = parse(now.image)
    if not match:
        raise UsageProblem(
            f"{now.definition.name} runs {now.image or 'no image'}, which is not of ECR.",
            hint="opsctl deploy ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG first.",
        )
    repository = match["repository"]
    there, immutable, findings, label, _ = aws.at_once(
        lambda: aws.ecr.image(repository, request.tag),
        lambda: aws.ecr.immutable(repository),
        lambda: preflight.check(aws, now.service, now.definition),
        lambda: aws.ecr.label(now.image),
        lambda: aws.docker.may_sign_in(match["region"]),
    )
    image = f"{match['registry']}/{repository}:{request.tag}"
    return Facts(now, image, there, immutable, findings, version, label)


def plan(request: Request, facts: Facts) -> Plan:
    """Build, push, then register + update in one step and the wait for it."""
    now = facts.live
    return Plan(
        summary=f"Build {request.tag} and deploy it to {now.service.name}",
        danger=Danger.MODERATE,
        steps=_steps(request, facts),
        differences=(
            Difference(
                f"image of {now.container}",
                live.told(facts.label, now.image),
                facts.image.rpartition("/")[2],
            ),
        ),
        notes=(
            f"Docker {facts.docker} builds it.",
            *preflight.notes(facts.findings),
            *_tags(facts),
        ),
        refusals=(
            *live.refuse_controller(now.service),
            *live.refuse_in_flight(request.env, now),
            *deploy.refuse_empty(now),
            *_refuse_used(request, facts),
            *preflight.refusals(facts.findings),
        ),
        checks=live.checks(now),
        next_commands=(f"opsctl verify --env {request.env}",),
        result={"tag": request.tag, "replaces": now.service.task_definition},
    )


def _steps(request: Request, facts: Facts) -> tuple[Step, ...]:
    now, service = facts.live, facts.live.service
    former, architecture = service.task_definition, now.definition.architecture
    place = (service.cluster, service.name, former)
    follow = live.follow(
        request.env, service, request.timeout, f"opsctl deploy {request.tag} --env {request.env}"
    )
    build = Do(
        f"Build {request.dockerfile} of {request.folder} for {PLATFORMS[architecture]}",
        call(Docker.build, request.folder, request.dockerfile, facts.image, architecture),
        no_undo="the image stays on this machine, where it costs nothing but room",
        reports=True,
    )
    push = Do(
        f"Push {facts.image}",
        call(Docker.push, facts.image),
        no_undo="the image stays in ECR: no task runs it by itself",
        reports=True,
    )
    release = Do(
        f"Register a copy of {short(former)} with the pushed digest, and update the service",
        call(ImageReleases.tagged, *place, _container(now), facts.image, leaving=former),
        undo=(
            Do(
                f"Point the service back at {short(former)}",
                call(ImageReleases.take_back, *place, facts.image),
            ),
            follow,
        ),
    )
    return build, push, release, follow


def _container(now: Live) -> str:
    found = now.definition.container(now.container)
    return found.name if found else now.container


def _check_tag(tag: str) -> None:
    if tag == "latest" or not TAG.fullmatch(tag):
        raise UsageProblem(
            f"“{tag}” is no tag for a release.",
            hint="Name one that will never mean another image, as in: opsctl deploy --build 1.3.0",
        )


def _tags(facts: Facts) -> tuple[str, ...]:
    if facts.immutable is None:
        return ("Whether the repository keeps its tags could not be read.",)
    if facts.immutable:
        return ()
    return (
        "Tags of this repository can be moved to another image (aws ecr "
        "put-image-tag-mutability --image-tag-mutability IMMUTABLE ends that); what is deployed is "
        "the digest.",
    )


def _refuse_used(request: Request, facts: Facts) -> tuple[Refusal, ...]:
    if facts.there is None:
        return ()
    return (
        Refusal(
            f"The tag {request.tag} is taken: ECR has {facts.there.digest[:19]}… under it.",
            hint=f"To deploy that one: opsctl deploy {request.tag} --env {request.env}. To build, "
            "choose a new tag: opsctl deploy --build TAG",
        ),
    )


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "deploy --build", "Build and deploy an image", gather, plan
)
