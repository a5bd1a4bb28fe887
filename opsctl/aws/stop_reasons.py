"""Why tasks stop, told in words: rules over what ECS says of a stopped task and its service."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from opsctl.aws.tasks import Task

ORDINARY = re.compile(r"Scaling activity initiated by|Task stopped by user|maintenance", re.I)


@dataclass(frozen=True)
class Cause:
    """What is wrong with a task and what mends it. `final`: trying again will not help."""

    kind: str
    words: str
    mend: str
    final: bool
    task: str = ""
    container: str = ""


@dataclass(frozen=True)
class Rule:
    """One known way to stop: a pattern over everything that ECS says of the task."""

    pattern: re.Pattern[str]
    kind: str
    mend: str
    final: bool = True


def _rule(pattern: str, kind: str, mend: str, *, final: bool = True) -> Rule:
    return Rule(re.compile(pattern, re.I), kind, mend, final)


RULES = (
    _rule(
        r"CannotPull\w*Error.*(not found|manifest unknown|does not exist)",
        "image not found",
        "Was the image built and pushed? Name one that ECR has.",
    ),
    _rule(
        r"CannotPull\w*Error",
        "image cannot be pulled",
        "Check the execution role and the route to ECR.",
    ),
    _rule(
        r"exec format error",
        "wrong architecture",
        "Build the image for the task's architecture.",
    ),
    _rule(
        r"ResourceInitializationError.*json key",
        "secret key missing",
        "Add the key to the secret, or correct `valueFrom` in the task definition.",
    ),
    _rule(
        r"ResourceInitializationError.*(secret|ssm|parameter)",
        "secret not readable",
        "Check that the secret exists and that the execution role may read it.",
    ),
    _rule(
        r"ResourceInitializationError.*log",
        "log group missing",
        "Create the log group.",
    ),
    _rule(
        r"ResourceInitializationError",
        "task cannot start",
        "Read the reason: it is of the network or a role.",
    ),
    _rule(
        r"OutOfMemory|OOM",
        "out of memory",
        "Give the task more memory, or release one that needs less.",
    ),
    # Before the exit code: a task that is stopped for its health and does not end by itself is
    # killed, and that is 137 as well.
    _rule(
        r"failed (ELB|container) health checks",
        "failing health check",
        "Read the task's log: it answers, but not healthily.",
    ),
    _rule(
        r"exit code 137",
        "killed",
        "Mostly for lack of memory: look at `opsctl metrics`. Else by somebody, or by the host.",
    ),
    _rule(
        r"unable to place a task|capacity is unavailable|RESOURCE:",
        "no capacity",
        "Wait, or free capacity in the cluster.",
        final=False,
    ),
    _rule(
        r"Spot ?Interruption",
        "spot interruption",
        "ECS places it again by itself.",
        final=False,
    ),
    _rule(
        r"exit code [1-9]",
        "exits at start",
        "Read the task's log: the program ended by itself.",
    ),
)


def cause_of(task: Task) -> Cause | None:
    """Why this stopped task failed; None when it was stopped in the ordinary way."""
    if not task.stop_code and not task.stopped_reason:
        return None
    said, container = _said(task)
    if ORDINARY.search(task.stopped_reason):
        return None
    for rule in RULES:
        if rule.pattern.search(said):
            return Cause(rule.kind, said, rule.mend, rule.final, task.id, container)
    return Cause("task stopped", said, "Read the task's log.", False, task.id, container)


def causes(tasks: Iterable[Task]) -> tuple[Cause, ...]:
    """The causes of the stopped tasks among these, in their order."""
    return tuple(cause for task in tasks if (cause := cause_of(task)))


def event_cause(message: str) -> Cause | None:
    """A cause that only the service's events tell: no capacity to place a task."""
    if "unable to place a task" not in message:
        return None
    return Cause("no capacity", message, "Wait, or free capacity in the cluster.", False)


def _said(task: Task) -> tuple[str, str]:
    """Everything ECS says of how a task ended, and the container that it says it of."""
    words = [task.stopped_reason]
    culprit = ""
    for container in task.containers:
        if container.exit_code or container.reason:
            culprit = culprit or container.name
            if container.exit_code:
                words.append(f"container {container.name}: exit code {container.exit_code}")
            words.append(container.reason)
    culprit = culprit or (task.containers[0].name if task.containers else "")
    return "; ".join(word for word in words if word) or task.stop_code, culprit
