"""Deploy: a new revision, cloned from the live one, with another image pinned by its digest."""

from __future__ import annotations

from dataclasses import dataclass, field

from opsctl.aws import Aws
from opsctl.aws.ecr import TAG_OR_DIGEST, Image, parse, pinned
from opsctl.aws.ecs import Ecs, short
from opsctl.errors import UsageProblem
from opsctl.plan import Danger, Difference, Do, Plan, Refusal, Wait, call
from opsctl.procedure import Procedure
from opsctl.procedures import live, preflight, quiet_release, silences
from opsctl.procedures.live import Live
from opsctl.procedures.quiet_release import Quiet


@dataclass(frozen=True)
class Request:
    """`image` is a tag, a `sha256:…` digest, or a whole image reference in ECR."""

    env: str
    image: str
    timeout: float = 1200.0
    silence: Quiet | None = None


@dataclass(frozen=True)
class Facts:
    """The live service, the image that was asked for, and what a task of it needs."""

    live: Live
    wanted: str
    """The image reference to run, pinned by digest; empty where ECR has none such."""
    image: Image | None
    findings: tuple[preflight.Finding, ...]
    labels: tuple[str, str] = field(default=("", ""), compare=False)
    """The live and the wanted image, for human eyes."""
    silences: silences.Facts | None = None
    """What there is to silence, where that was asked for."""


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the service and the image, and checks everything the new tasks will need."""
    now = live.gather(aws)
    wanted, repository, reference = in_ecr(request.image, now)
    found, findings, label = aws.at_once(
        lambda: aws.ecr.image(repository, reference),
        lambda: preflight.check(aws, now.service, now.definition),
        lambda: aws.ecr.label(now.image),
    )
    architecture = now.definition.architecture
    return Facts(
        live=now,
        wanted=pinned(wanted, found.digest) if found else "",
        image=found,
        findings=(preflight.image(found, request.image, architecture), *findings),
        labels=(label, f"{repository}:{reference}" if found else ""),
        silences=quiet_release.gather(request.silence, aws),
    )


def plan(request: Request, facts: Facts) -> Plan:
    """The release, and a silence around it where that was asked for."""
    return quiet_release.around(_release(request, facts), request.silence, facts.silences)


def _release(request: Request, facts: Facts) -> Plan:
    """Nothing, a mere wait, or register + update in one step and the wait for it."""
    now = facts.live
    service = now.service
    running = now.image
    if not live.refuse_controller(service) and facts.wanted and facts.wanted == running:
        return _already(request, facts)
    return Plan(
        summary=f"Deploy {request.image} to {service.name}",
        danger=Danger.MODERATE,
        steps=() if not facts.wanted else _steps(request, facts),
        differences=differences(facts),
        notes=(*preflight.notes(facts.findings), *_notes(now)),
        refusals=(
            *live.refuse_controller(service),
            *live.refuse_in_flight(request.env, now),
            *refuse_empty(now),
            *preflight.refusals(facts.findings),
        ),
        checks=live.checks(now),
        next_commands=(f"opsctl verify --env {request.env}",),
        result={"image": facts.wanted, "replaces": service.task_definition},
    )


def differences(facts: Facts) -> tuple[Difference, ...]:
    """The image before and after, for human eyes."""
    now = facts.live
    before, after = (
        live.told(facts.labels[0], now.image),
        live.told(facts.labels[1], facts.wanted),
    )
    return (Difference(f"image of {now.container}", before, after),)


def _already(request: Request, facts: Facts) -> Plan:
    """The image is what the service was last told to run: follow that, or do nothing."""
    now = facts.live
    flight = now.in_flight
    if flight and flight.task_definition == now.service.task_definition:
        pick_up = _again(request)
        wait = live.follow_again(request.env, now.service, flight, request.timeout, pick_up)
        return Plan(
            summary=f"{request.image} is already being deployed: follow it",
            steps=(wait,),
            result={"image": facts.wanted},
        )
    name = short(now.service.task_definition)
    return Plan(
        summary=f"{name} already runs {request.image}.",
        notes=("To replace the tasks all the same: opsctl restart",),
        result={"image": facts.wanted},
    )


def _steps(request: Request, facts: Facts) -> tuple[Do, Wait]:
    service = facts.live.service
    container = facts.live.container
    former = service.task_definition
    release = Do(
        f"Register a copy of {short(former)} with the new image, and update the service",
        call(
            Ecs.release,
            service.cluster,
            service.name,
            former,
            {container: facts.wanted},
            leaving=former,
        ),
        undo=(
            Do(
                f"Point the service back at {short(former)}",
                call(Ecs.point_at, service.cluster, service.name, former, facts.wanted),
            ),
            live.follow(request.env, service, request.timeout, _again(request)),
        ),
    )
    return release, live.follow(request.env, service, request.timeout, _again(request))


def _again(request: Request) -> str:
    return f"opsctl deploy {request.image} --env {request.env}"


def in_ecr(asked: str, now: Live) -> tuple[str, str, str]:
    """(image reference to start from, repository, tag or digest). Raises UsageProblem."""
    container = now.definition.container(now.container)
    if container is None:
        names = ", ".join(it.name for it in now.definition.containers)
        raise UsageProblem(
            f"{now.definition.name} has no container “{now.container}”; it has {names}.",
            hint="Set `container` in opsctl.toml.",
        )
    whole = parse(asked)
    if whole and (whole["digest"] or whole["tag"]):
        return asked, whole["repository"], whole["digest"] or whole["tag"]
    match = parse(container.image)
    if not match or not TAG_OR_DIGEST.fullmatch(asked):
        raise UsageProblem(
            f"“{asked}” is neither a tag, a digest, nor an image of the form "
            "ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG.",
            hint="Only images in ECR can be deployed, because only they can be pinned and checked.",
        )
    base = f"{match['registry']}/{match['repository']}"
    return base, match["repository"], asked


def refuse_empty(now: Live) -> tuple[Refusal, ...]:
    """With no task wanted, any deployment succeeds at once and proves nothing."""
    if now.service.desired:
        return ()
    return (
        Refusal(
            "The service is scaled to 0, so a deployment would start no task and prove nothing.",
            hint="First: opsctl scale count 2",
        ),
    )


def _notes(now: Live) -> tuple[str, ...]:
    if now.service.rolls_back:
        return ("A failing release is rolled back by the circuit breaker.",)
    return (
        "The circuit breaker does not roll back here: a failing release needs opsctl rollback.",
    )


PROCEDURE: Procedure[Request, Facts] = Procedure("deploy", "Deploy a release", gather, plan)
