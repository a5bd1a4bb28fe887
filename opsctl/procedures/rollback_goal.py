"""Where a rollback goes: the release, the proof that it served, and whether it can start again."""

from __future__ import annotations

from dataclasses import dataclass, field

from opsctl.aws import Aws
from opsctl.aws.deployments import Deployment
from opsctl.aws.ecr import parse, pinned
from opsctl.aws.task_definitions import TaskDefinition
from opsctl.errors import NotFound
from opsctl.procedures import preflight
from opsctl.procedures.live import Live

DEEP_HISTORY = 100


@dataclass(frozen=True)
class Goal:
    """Where to go back to. `images` are (container, reference pinned by digest) of its release."""

    definition: TaskDefinition
    deployment: Deployment | None
    """The deployment that proves that it once served; None where history holds none."""
    images: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    """Images that ECR no longer has."""
    copy: str
    """Why a copy must be registered: INACTIVE, or a tag that has moved; empty for as it is."""
    findings: tuple[preflight.Finding, ...]
    label: str = field(default="", compare=False)
    """The application's image, for human eyes."""


def find(aws: Aws, now: Live, to: str) -> Goal | None:
    """The revision named by `to`, or the last one that succeeded; None where there is none."""
    if to:
        definition = aws.task_definitions.revision(_full_name(to, now))
        proof = _proof(candidates(aws, keep_live=True), definition.arn)
        return _goal(aws, now, definition, proof)
    for candidate in candidates(aws):
        try:
            definition = aws.task_definitions.revision(candidate.task_definition)
        except NotFound:
            continue
        return _goal(aws, now, definition, candidate)
    return None


def candidates(aws: Aws, *, keep_live: bool = False) -> tuple[Deployment, ...]:
    """Deployments that succeeded, newest first, one for each revision other than the live one."""
    target = aws.target
    service = aws.ecs.service(target.cluster, target.service)
    seen = set() if keep_live else {service.task_definition}
    found: list[Deployment] = []
    for it in aws.deployments.history(target.cluster, target.service, limit=DEEP_HISTORY):
        if it.succeeded and it.task_definition and it.task_definition not in seen:
            seen.add(it.task_definition)
            found.append(it)
    return tuple(found)


def _goal(aws: Aws, now: Live, definition: TaskDefinition, proof: Deployment | None) -> Goal:
    """Reads whether a revision can start again: its images, its secrets, its roles."""
    digests = dict(proof.digests) if proof else {}
    images, missing, moved = [], [], False
    for container in definition.containers:
        match = parse(container.image)
        if not match:
            continue
        tagged = match["tag"] or "latest"
        digest = match["digest"] or digests.get(container.name)
        found = aws.ecr.image(match["repository"], digest or tagged)
        if found is None:
            missing.append(container.image if match["digest"] else f"{container.image} ({digest})")
            continue
        images.append((container.name, pinned(container.image, found.digest)))
        if digest and not match["digest"]:
            today = aws.ecr.image(match["repository"], tagged)
            moved = moved or today is None or today.digest != digest
    copy = "it is INACTIVE" if not definition.active else "its tag has moved" if moved else ""
    findings = preflight.check(aws, now.service, definition)
    label = aws.ecr.label(dict(images).get(now.container, ""))
    return Goal(definition, proof, tuple(images), tuple(missing), copy, findings, label)


def _full_name(to: str, now: Live) -> str:
    return f"{now.definition.family}:{to}" if to.isdigit() else to


def _proof(history: tuple[Deployment, ...], arn: str) -> Deployment | None:
    return next((it for it in history if it.task_definition == arn), None)
