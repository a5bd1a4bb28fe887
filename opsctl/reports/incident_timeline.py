"""The timeline of an incident: what happened, each in one line, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from opsctl.aws.cloudtrail import Event
from opsctl.aws.cloudwatch import AlarmChange
from opsctl.aws.deployments import Deployment
from opsctl.aws.ecs import short
from opsctl.journal.incidents import Incident
from opsctl.journal.runs import RunRecord
from opsctl.journal.walks import PASSED, Walk


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `kind` is incident, note, run, step, deployment, alarm or call."""

    at: datetime
    kind: str
    what: str
    who: str = ""
    run: str = ""
    """The run of the journal that it is about."""
    is_bad: bool = False


def entries(
    incident: Incident,
    runs: Iterable[RunRecord],
    deployments: Iterable[Deployment],
    alarms: Iterable[AlarmChange],
    calls: Iterable[Event],
    walks: Iterable[Walk] = (),
) -> tuple[Entry, ...]:
    """Everything that happened, oldest first."""
    found = [
        *_of_incident(incident),
        *(entry for run in runs for entry in _of_run(run)),
        *(entry for it in deployments for entry in _of_deployment(it)),
        *(_of_alarm(it) for it in alarms),
        *(_of_call(it) for it in calls),
        *(entry for walk in walks for entry in _of_walk(walk)),
    ]
    return tuple(sorted(found, key=_moment))


def _moment(entry: Entry) -> datetime:
    """CloudTrail tells whole seconds: a call is somewhere in its second, and what called it
    was written down before."""
    if entry.kind == "call" and not entry.at.microsecond:
        return entry.at + timedelta(seconds=1, microseconds=-1)
    return entry.at


def _of_incident(it: Incident) -> Iterator[Entry]:
    declared = f"declared: {it.title} ({it.severity})"
    if it.began < it.declared:
        yield Entry(it.began, "incident", "began, as was said later")
    yield Entry(it.declared, "incident", declared, it.by)
    for note in it.notes:
        yield Entry(note.at, "note", note.text, note.by)
    if it.ended:
        yield Entry(it.ended, "incident", f"closed: {it.resolution}", it.closed_by)


def _of_run(run: RunRecord) -> Iterator[Entry]:
    why = f" ({run.reason})" if run.reason else ""
    yield Entry(
        run.began, "run", f"opsctl {run.command} began: {run.summary}{why}", run.operator, run.id
    )
    if run.ended is None:
        return
    code = "" if run.exit_code is None else f", exit {run.exit_code}"
    error = f": {run.error}" if run.error else ""
    status = run.status.replace("_", " ")
    bad = run.status != "done"
    what = f"opsctl {run.command} ended: {status}{code}{error}"
    yield Entry(run.ended, "run", what, run.operator, run.id, bad)


def _of_walk(walk: Walk) -> Iterator[Entry]:
    """What was done by hand, or not at all: of a command the run tells."""
    for it in walk.steps:
        if not it.run and it.how in PASSED:
            note = f": {it.note}" if it.note else ""
            what = f"{it.number} of “{walk.section}” {it.how}: {it.title}{note}"
            yield Entry(it.at, "step", what, it.by)


def _of_deployment(it: Deployment) -> Iterator[Entry]:
    name = short(it.task_definition)
    yield Entry(it.created, "deployment", f"of {name} began")
    if it.finished:
        reason = f": {it.reason}" if it.reason else ""
        what = f"of {name} ended as {it.status}{reason}"
        yield Entry(it.finished, "deployment", what, is_bad=not it.succeeded)


def _of_alarm(it: AlarmChange) -> Entry:
    what = f"{it.name}: {it.before} → {it.after}: {it.reason}"
    return Entry(it.at, "alarm", what, is_bad=it.after == "ALARM")


def _of_call(it: Event) -> Entry:
    about = f" on {', '.join(_names(it.resources))}" if it.resources else ""
    error = f", refused: {it.error}" if it.error else ""
    who = it.who or it.username or "unknown"
    from_where = f" from {it.address}" if it.address else ""
    what = f"{it.source}:{it.name}{about}{from_where}{error}"
    return Entry(it.at, "call", what, who, is_bad=bool(it.error))


def _names(resources: Sequence[str]) -> list[str]:
    """At most three: some calls name dozens."""
    more = [f"{len(resources) - 3} more"] if len(resources) > 3 else []
    return [short(it) if ":task-definition/" in it else it for it in resources[:3]] + more
