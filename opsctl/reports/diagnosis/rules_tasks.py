"""Rules about tasks that stopped: each is a way to fail that ECS tells of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial

from opsctl.aws.ecs import revision_of
from opsctl.aws.stop_reasons import Cause, cause_of
from opsctl.aws.tasks import Task
from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import Finding, Rule
from opsctl.reports.diagnosis.rules_service import RELEASES, WORKS

HEALTH = "failing health check"
KILLED = 137

Failed = tuple[Task, Cause, datetime]
"""A task, why it failed, and when it stopped."""


def failed(it: Evidence) -> list[Failed]:
    """The tasks that failed in the time that was asked about, newest first.

    One that is still draining has no end yet: it is failing now.
    """
    found = [
        (task, cause, task.stopped or it.until)
        for task in it.stopped or ()
        if (task.stopped or it.until) >= it.since and (cause := cause_of(task))
    ]
    return sorted(found, key=lambda one: one[2], reverse=True)


def _never_started(one: Failed) -> bool:
    return one[0].started is None


def _sick(one: Failed) -> bool:
    return not _never_started(one) and one[1].kind == HEALTH


def _died(one: Failed) -> bool:
    return not _never_started(one) and one[1].kind != HEALTH


def _finding(it: Evidence, mine: Callable[[Failed], bool], what: str) -> Finding | None:
    found = [one for one in failed(it) if mine(one)]
    if not found:
        return None
    newest, cause, _ = found[0]
    short = it.service is not None and it.service.running < it.service.desired
    onset = found[-1][2]
    return Finding(
        _severity(it, found, short),
        f"{len(found)} {'task' if len(found) == 1 else 'tasks'} {what}",
        tuple(_evidence(it, found)),
        _likely(it, newest, cause),
        "opsctl logs tail --previous" if not _never_started(found[0]) else "opsctl status",
        onset=onset,
    )


def _severity(it: Evidence, found: list[Failed], short: bool) -> str:
    """Tasks of a release that was taken back already are nobody's outage any more."""
    latest = found[0][2]
    live = it.service.task_definition if it.service else ""
    serving = not live or any(task.task_definition == live for task, _, _ in found)
    if latest >= it.fresh and (short or (len(found) > 1 and serving)):
        return "critical"
    return "warning" if latest >= it.recent or short else "notice"


def _evidence(it: Evidence, found: list[Failed]) -> list[str]:
    newest, cause, latest = found[0]
    revisions = Counter(revision_of(task.task_definition) for task, _, _ in found)
    of = ", ".join(f"{count} of revision {number}" for number, count in revisions.most_common())
    lines = [
        f"between {found[-1][2]:%H:%M:%S} and {latest:%H:%M:%S} UTC: {of}",
        f"the last one, {newest.id}: {cause.words}",
    ]
    if it.service:
        lines.append(f"now {it.service.running} of {it.service.desired} tasks run")
    return lines


def _likely(it: Evidence, task: Task, cause: Cause) -> str:
    """A kill without a reason was mostly for lack of memory: unless there was plenty."""
    killed = task.started is not None and any(one.exit_code == KILLED for one in task.containers)
    highest = it.of("memory").highest
    said = f"{task.stopped_reason} {' '.join(one.reason for one in task.containers)}"
    if killed and highest is not None and highest < 80 and "OutOfMemory" not in said:
        return (
            f"The process was killed (exit code 137), and memory was at most {highest:.0f} %: "
            "so by somebody, or by the host, rather than for memory."
        )
    return f"{cause.kind[:1].upper()}{cause.kind[1:]}. {cause.mend}"


RULES = tuple(
    Rule(name, 30, partial(_finding, mine=mine, what=what), WORKS, RELEASES)
    for name, mine, what in (
        ("tasks-cannot-start", _never_started, "could not start"),
        ("tasks-crash", _died, "died"),
        ("tasks-fail-health-checks", _sick, "were stopped for failing health checks"),
    )
)
