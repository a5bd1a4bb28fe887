"""The tables of the status screen: deployments, tasks with their targets, what stopped, events."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsctl.aws.ecs import Rollout, short
from opsctl.aws.tasks import Task
from opsctl.reports.status import Status
from opsctl.terminal.blocks import Block, Heading, Table, Words, bad, dim, good, warn

BAR = 12
FEW_TASKS, MANY_TASKS = 6, 24
"""Rows of tasks before the rest is only counted, so that the screen stays one screen."""
EVENTS = 6
_ASIDE = re.compile(r" in \(target-group [^)]*\)| \(minimum \d+ datapoints? for [^)]*\)")
"""What AWS says beside its reasons, for lines and lines of a small screen."""


def blocks(found: Status, *, roomy: bool, wide: bool = False) -> Iterator[Block]:
    """The tables; with `roomy` also what stopped before, scaling activities and events, with
    `wide` more columns."""
    yield Heading("Deployments")
    yield Table(
        ("REVISION", "TASKS", "", "STATE", "BEGAN (UTC)", *(("WHY",) if wide else ())),
        [(*_rollout(it), *((it.reason,) if wide else ())) for it in found.service.rollouts],
        right=(0,),
    )
    yield from _tasks(found, MANY_TASKS if roomy else FEW_TASKS, wide=wide)
    yield from _stopped(found, roomy=roomy)
    if roomy:
        yield from _activities(found)
        yield from _events(found)


def terse(words: str) -> str:
    """A reason of AWS without what a small screen has no room for."""
    return _ASIDE.sub("", words)


def _rollout(it: Rollout) -> tuple[str, ...]:
    filled = min(BAR, round(BAR * it.running / it.desired)) if it.desired else 0
    bar = "█" * filled + "░" * (BAR - filled)
    paint = {"COMPLETED": good, "FAILED": bad}.get(it.state, warn)
    state = it.state or it.status
    return (
        short(it.task_definition).rpartition(":")[2],
        f"{it.running}/{it.desired}",
        paint(bar),
        paint(state),
        f"{it.created:%Y-%m-%d %H:%M:%S}",
    )


def _tasks(found: Status, most: int, *, wide: bool) -> Iterator[Block]:
    if not found.tasks:
        return
    yield Heading("Tasks")
    targets = {it.target.rpartition(":")[0]: it.state for it in found.targets}
    rows = [
        (
            it.id,
            it.task_definition.rpartition(":")[2],
            _state(it),
            _target(targets.get(it.address, "")),
            f"{it.started:%m-%d %H:%M:%S}" if it.started else "",
            *((it.address, it.started_by) if wide else ()),
        )
        for it in found.tasks[:most]
    ]
    more = ("ADDRESS", "DEPLOYMENT") if wide else ()
    headers = ("TASK", "REV", "STATE", "TARGET", "STARTED (UTC)", *more)
    yield Table(headers, rows, right=(1,))
    if len(found.tasks) > most:
        yield dim(f"  and {len(found.tasks) - most} more")


def _state(it: Task) -> str:
    """What its health check says of a task that runs, where it has one."""
    if it.status != "RUNNING":
        return warn(it.status)
    if it.health == "UNKNOWN":
        return good(it.status)
    return (bad if it.health == "UNHEALTHY" else good)(it.health)


def _target(state: str) -> str:
    if not state:
        return dim("-")
    return {"healthy": good, "unhealthy": bad}.get(state, warn)(state)


def _stopped(found: Status, *, roomy: bool) -> Iterator[Block]:
    for number, it in enumerate(found.stopped[: 5 if roomy else 1]):
        if not number:
            yield Heading("Last task that failed" if not roomy else "Tasks that failed")
        words = it.words if roomy else terse(it.words)
        yield Words((bad(f"  {it.kind}"), f"  {it.task}: {words}"))
        yield f"  {it.mend}"


def _activities(found: Status) -> Iterator[Block]:
    if found.activities:
        yield Heading("Scaling")
        yield Table(
            ("WHEN (UTC)", "STATUS", "WHAT"),
            [(f"{it.at:%m-%d %H:%M:%S}", it.status, it.description) for it in found.activities],
        )


def _events(found: Status) -> Iterator[Block]:
    if found.service.events:
        yield Heading("Events")
        yield Table(
            ("WHEN (UTC)", "WHAT"),
            [(f"{it.at:%m-%d %H:%M:%S}", it.message) for it in found.service.events[:EVENTS]],
        )
