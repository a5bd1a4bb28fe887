"""What the journal tells of each run, put together from its events."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from opsctl.plan import Call, Do, Json, Manual, Step, Wait, from_json
from opsctl.state.processes import Process

Event: TypeAlias = Mapping[str, Any]

_BY_EXIT_CODE = {22: "interrupted", 23: "rolled_back", 24: "timed_out"}


@dataclass(frozen=True)
class StepRecord:
    """One step of a run. `status`: pending, running, done, failed, interrupted, unknown."""

    index: int
    step: Step
    status: str = "pending"
    answer: Json = None
    error: str = ""
    began: datetime | None = None
    ended: datetime | None = None
    requests: tuple[str, ...] = ()
    """Request ids of the calls that AWS answered."""
    undone_by: str = ""
    """The run that took it back."""
    readable: bool = True
    """False: another version of opsctl wrote it, in words that this one does not know."""


@dataclass(frozen=True)
class RunRecord:
    """One run. `status`: done, failed, interrupted, rolled_back, timed_out, running, unknown, ….

    *unknown* is a run that has no end although its process is gone: how far it came is not known.
    """

    id: str
    command: str
    env: str
    account: str
    region: str
    caller: str
    reason: str
    began: datetime
    ended: datetime | None
    status: str
    exit_code: int | None
    steps: tuple[StepRecord, ...]
    summary: str
    danger: str
    digest: str
    version: str
    """Of opsctl."""
    process: Process
    operator: str
    error: str = ""
    undoes: str = ""
    """The run that this one takes back."""
    examined_by: str = ""
    """The later run that told its operator that this one was cut off."""
    incident: str = ""
    """The incident that it belongs to."""
    emergency: str = ""
    """What `--emergency` overrode; empty when it was none."""
    told: tuple[Mapping[str, Any], ...] = ()
    """`{"when": "before", "channel": "Slack", "ok": False, "detail": "HTTP 404"}`."""

    @property
    def in_effect(self) -> tuple[StepRecord, ...]:
        """The changes that it made, or may have made, and that nobody took back since."""
        return tuple(
            step
            for step in self.steps
            if isinstance(step.step, Do)
            and step.status in ("done", "interrupted", "unknown")
            and not step.undone_by
        )

    @property
    def only_followed(self) -> bool:
        """Whether what it was at last was to look on, without the lock, at what others do."""
        at = [step.step for step in self.steps if step.status in ("running", "unknown")]
        return bool(at) and all(isinstance(it, Wait) and it.unlocked for it in at)

    @property
    def label(self) -> str:
        """The status in a word or two, also of what became of it since."""
        return f"{self.status}, undone" if self.undone_by else self.status.replace("_", " ")

    @property
    def undone_by(self) -> str:
        """The run that took back what this one did; empty while an undo of it is still to do."""
        takers = [step.undone_by for step in self.steps if step.undone_by]
        left = [it for it in self.in_effect if isinstance(it.step, Do) and it.step.undo]
        return takers[-1] if takers and not left else ""


def records(events: Iterable[Event], is_running: Callable[[Process], bool]) -> Iterator[RunRecord]:
    """The runs of a journal, from its events, both with the newest first."""
    later: dict[str, list[Event]] = defaultdict(list)
    undoings: dict[str, list[RunRecord]] = defaultdict(list)
    for event in events:
        run = str(event.get("run", ""))
        if event.get("event") != "began":
            later[run].append(event)
            continue
        try:
            record = _record(event, later.pop(run, [])[::-1], is_running)
        except (KeyError, TypeError, ValueError):
            continue  # somebody edited it: `chain.examine` tells which line
        for undoing in undoings.pop(run, []):
            record = _taken_back(record, undoing)
        if record.undoes:
            undoings[record.undoes].append(record)
        yield record


def _record(
    began: Event, events: Sequence[Event], is_running: Callable[[Process], bool]
) -> RunRecord:
    by_kind: dict[str, Event] = {str(event.get("event")): event for event in events}
    ended = by_kind.get("ended")
    process = Process(**began["process"])
    running = ended is None and is_running(process)
    words = ("command", "env", "account", "region", "caller", "reason", "summary", "danger")
    return RunRecord(
        id=began["run"],
        began=_time(began),
        ended=_time(ended) if ended else None,
        status=_status(ended, running=running),
        exit_code=ended["exit_code"] if ended else None,
        error=ended["error"] if ended else "",
        steps=_steps(began, events, running=running),
        digest=began["digest"],
        version=began["opsctl"],
        process=process,
        operator=began["operator"],
        undoes=began["undoes"],
        examined_by=by_kind.get("examined", {}).get("by", ""),
        incident=str(began.get("incident", "")),
        emergency=str(began.get("emergency", "")),
        told=tuple(_told(events)),
        **{word: began[word] for word in words},
    )


def _status(ended: Event | None, *, running: bool) -> str:
    if ended is None:
        return "running" if running else "unknown"
    return _BY_EXIT_CODE.get(ended["exit_code"], str(ended["status"]))


def _told(events: Sequence[Event]) -> Iterator[dict[str, Any]]:
    for event in events:
        if event.get("event") == "told":
            for channel in event["channels"]:
                yield {"when": event["when"], **channel}


def _steps(began: Event, events: Sequence[Event], *, running: bool) -> tuple[StepRecord, ...]:
    steps = {index: _unbegun(index, document) for index, document in enumerate(began["steps"])}
    planned = len(steps)
    for event in events:
        index = event.get("index", -1)
        if event.get("event") == "step_began":
            known = _unbegun(index, event["step"]) if "step" in event else steps[index]
            steps[index] = dataclasses.replace(
                known, status="running" if running else "unknown", began=_time(event)
            )
        elif event.get("event") == "step_ended" and index in steps:
            steps[index] = dataclasses.replace(
                steps[index],
                status=event["status"],
                answer=event["answer"],
                error=event["error"],
                ended=_time(event),
                requests=tuple(event["requests"]),
            )
    return _recovered(str(began["run"]), [steps[index] for index in sorted(steps)], planned)


def _recovered(run: str, steps: list[StepRecord], planned: int) -> tuple[StepRecord, ...]:
    """The steps, as the run itself left them: it may have taken back some when it failed."""
    own = [it for it in steps[planned:] if it.status == "done" and isinstance(it.step, Do)]
    taken = [call for it in own if (call := _takes_back(it.step))]
    back = {it.index for it in own}
    for it in steps[:planned]:
        if isinstance(it.step, Do) and it.step.call in taken and it.status == "done":
            back.add(it.index)
    return tuple(dataclasses.replace(it, undone_by=run) if it.index in back else it for it in steps)


def _unbegun(index: int, document: Mapping[str, Any]) -> StepRecord:
    try:
        return StepRecord(index, from_json(document))
    except ValueError as error:
        title = str(document.get("title", f"step {index + 1}"))
        return StepRecord(index, Manual(title, str(error)), readable=False)


def _taken_back(record: RunRecord, undoing: RunRecord) -> RunRecord:
    """The run as a later one left it, which took back all of it or, cut short, a part."""
    if undoing.undone_by:
        return record
    effective = undoing.in_effect
    whole = undoing.status == "done" and len(effective) == sum(
        isinstance(step.step, Do) for step in undoing.steps
    )
    taken = [_takes_back(step.step) for step in effective if step.status == "done"]
    candidates = {step.index for step in record.in_effect}
    steps = []
    for step in record.steps:
        if step.index in candidates and isinstance(step.step, Do):
            matches = step.step.call in taken
            if matches:
                taken.remove(step.step.call)
            if matches or (whole and step.step.undo):
                step = dataclasses.replace(step, undone_by=undoing.id)
        steps.append(step)
    return dataclasses.replace(record, steps=tuple(steps))


def _takes_back(step: Step) -> Call | None:
    """The call that an undoing step takes back: `plan.undo_steps` keeps it as that step's undo."""
    again = step.undo[0] if isinstance(step, Do) and step.undo else None
    return again.call if isinstance(again, Do) else None


def _time(event: Event) -> datetime:
    return datetime.fromisoformat(event["at"])
