"""Everything a task needs before it can start, checked before a deployment begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from opsctl.aws import Aws
from opsctl.aws.ecr import Image
from opsctl.aws.ecs import Service
from opsctl.aws.task_definitions import ContainerDefinition, TaskDefinition
from opsctl.errors import NoAccess, NotFound, OpsctlError
from opsctl.plan import Refusal


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `state` is ok, wrong, or unknown (the operator may not look)."""

    what: str
    state: str
    detail: str = field(default="", compare=False)


def check(aws: Aws, service: Service, definition: TaskDefinition) -> tuple[Finding, ...]:
    """Looks at secrets with their JSON keys, log groups, roles, ports. The looks run at once."""
    looks = [
        *(lambda c=container: tuple(_secrets(aws, c)) for container in definition.containers),
        lambda: tuple(_logs(aws, definition)),
        lambda: tuple(_roles(aws, definition)),
        lambda: tuple(_ports(aws, service, definition)),
    ]
    return tuple(finding for findings in aws.at_once(*looks) for finding in findings)


def image(found: Image | None, name: str, architecture: str) -> Finding:
    """Whether an image is there and was built for the task's processor."""
    if found is None:
        return Finding(f"image {name}", "wrong", "ECR has no such image")
    if not found.runs_on(architecture):
        built = ", ".join(found.architectures)
        return Finding(
            f"image {name}", "wrong", f"it is for {built}, the task runs on {architecture}"
        )
    if not found.architectures:
        return Finding(f"image {name}", "ok", "its architecture is not known")
    return Finding(f"image {name}", "ok", architecture)


def refusals(findings: tuple[Finding, ...]) -> tuple[Refusal, ...]:
    """One refusal for each thing that would keep a task from starting."""
    return tuple(
        Refusal(f"{it.what}: {it.detail}", hint=_hint(it)) for it in findings if it.state == "wrong"
    )


def notes(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """What was checked, in one line, and what could not be."""
    fine = [it.what for it in findings if it.state == "ok"]
    unknown = [f"{it.what}: not checked, {it.detail}" for it in findings if it.state == "unknown"]
    summary = f"Checked: {', '.join(fine)}." if fine else "Nothing could be checked."
    return (summary, *unknown)


def _hint(finding: Finding) -> str:
    if finding.what.startswith("image"):
        return "Name an image that was pushed: aws ecr describe-images shows them."
    return "A task would not start. Mend this first."


def _asked(what: str, problem: str) -> Finding:
    return Finding(what, "wrong" if problem else "ok", problem)


def _secrets(aws: Aws, container: ContainerDefinition) -> Iterator[Finding]:
    for secret in container.secrets:
        what = f"secret {secret.name}"
        try:
            yield _asked(what, aws.secrets.problem(secret.value_from))
        except NoAccess as error:
            yield Finding(what, "unknown", error.message)
        except OpsctlError as error:
            yield Finding(what, "wrong", error.message)


def _logs(aws: Aws, definition: TaskDefinition) -> Iterator[Finding]:
    groups = {it.logs.group for it in definition.containers if it.logs}
    for group in sorted(groups):
        what = f"log group {group}"
        try:
            there = aws.logs.group_exists(group)
        except NoAccess as error:
            yield Finding(what, "unknown", error.message)
            continue
        yield _asked(what, "" if there else "it does not exist")


def _roles(aws: Aws, definition: TaskDefinition) -> Iterator[Finding]:
    for kind, arn in (("execution", definition.execution_role), ("task", definition.task_role)):
        if not arn:
            continue
        try:
            yield _asked(f"{kind} role", aws.iam.role_problem(arn))
        except NoAccess as error:
            yield Finding(f"{kind} role", "unknown", error.message)


def _ports(aws: Aws, service: Service, definition: TaskDefinition) -> Iterator[Finding]:
    for link in service.links:
        what = f"target group of {link.container}:{link.port}"
        container = next((it for it in definition.containers if it.name == link.container), None)
        if container is None or link.port not in container.ports:
            yield Finding(what, "wrong", "the task definition has no such container and port")
            continue
        try:
            aws.load_balancer.target_group(link.target_group)
        except NotFound as error:
            yield Finding(what, "wrong", error.message)
        except NoAccess as error:
            yield Finding(what, "unknown", error.message)
        else:
            yield Finding(what, "ok")
