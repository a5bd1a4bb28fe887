"""The journal on the screen: a table of runs, one run in full, and what the chain tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from opsctl.journal.chain import Findings
from opsctl.journal.runs import RunRecord, StepRecord
from opsctl.plan import Do, taken_back
from opsctl.terminal.blocks import (
    Block,
    Fields,
    Heading,
    Styled,
    Table,
    Words,
    bad,
    dim,
    good,
    warn,
)
from opsctl.terminal.outcome_screen import duration

_STYLES = {"done": good, "failed": bad, "unknown": bad, "pending": dim, "nothing_to_do": dim}


def table(runs: Sequence[RunRecord], env: str) -> Iterator[Block]:
    """The runs, newest first; a line each, on 80 columns. The year stands in the run's name."""
    if not runs:
        yield f"The journal of {env} holds no run yet."
        return
    yield Table(
        ("RUN", "WHEN (UTC)", "COMMAND", "WHO", "STATUS", "REASON"),
        [
            (
                run.id,
                f"{run.began:%m-%d %H:%M}",
                run.command,
                run.operator,
                _status(run.status, run.label),
                f"[{run.incident}] {run.reason}".rstrip() if run.incident else run.reason,
            )
            for run in runs
        ],
    )


def one(run: RunRecord) -> Iterator[Block]:
    """A run in full: who, where, how it ended, each step with its undo and request ids."""
    yield Words((f"{run.command}: {run.summary}",))
    yield Fields(list(_fields(run)))
    if run.steps:
        yield Heading("Steps")
    for step in run.steps:
        yield from _step(step)
    if run.in_effect and any(isinstance(it.step, Do) and it.step.undo for it in run.in_effect):
        yield Words((dim("Undo: "), f"opsctl undo {run.id} -e {run.env}"))


def chain(findings: Findings, env: str) -> Iterator[Block]:
    """What looking at every line showed."""
    for sentence in findings.torn:
        yield Words((warn("torn: "), sentence))
    for sentence in findings.broken:
        yield Words((bad("broken: "), sentence))
    if findings.broken:
        yield bad(f"The journal of {env} was manipulated.")
    elif findings.lines:
        yield good(f"The chain holds: {findings.lines} lines of the journal of {env}.")
    else:
        yield f"The journal of {env} holds no run yet."


def summary_json(run: RunRecord) -> dict[str, Any]:
    """A run as `history -o json` lists it."""
    return {
        "run": run.id,
        "command": run.command,
        "summary": run.summary,
        "env": run.env,
        "account": run.account,
        "region": run.region,
        "caller": run.caller,
        "operator": run.operator,
        "reason": run.reason,
        "began": run.began,
        "ended": run.ended,
        "status": run.status,
        "exit_code": run.exit_code,
        "error": run.error,
        "danger": run.danger,
        "undoes": run.undoes,
        "undone_by": run.undone_by,
        "incident": run.incident,
        "emergency": run.emergency,
    }


def full_json(run: RunRecord) -> dict[str, Any]:
    """A run as `history show -o json` prints it."""
    return {
        **summary_json(run),
        "plan_digest": run.digest,
        "opsctl": run.version,
        "process": run.process,
        "examined_by": run.examined_by,
        "told": run.told,
        "steps": [
            {
                "number": step.index + 1,
                "title": step.step.title,
                "status": step.status,
                "error": step.error,
                "undo": taken_back(step.step),
                "undone_by": step.undone_by,
                "began": step.began,
                "ended": step.ended,
                "answer": step.answer,
                "requests": step.requests,
            }
            for step in run.steps
        ],
    }


def _fields(run: RunRecord) -> Iterator[tuple[str, str | Words]]:
    code = "" if run.exit_code is None else f", exit {run.exit_code}"
    yield "run", run.id
    yield "status", Words((_status(run.status, run.label), code))
    if run.error:
        yield "error", run.error
    if run.status == "unknown":
        yield "", "Its process is gone and wrote no end: look at what is there with opsctl status."
    yield "where", f"{run.env}, account {run.account}, {run.region}"
    yield "as", run.caller
    yield "who", f"{run.operator}, process {run.process.pid} on {run.process.host}"
    yield "began", _moment(run.began)
    if run.ended:
        took = (run.ended - run.began).total_seconds()
        yield "ended", f"{_moment(run.ended)} ({duration(took)})"
    yield "reason", run.reason or "none given"
    if run.emergency:
        yield "emergency", warn(run.emergency)
    if run.incident:
        yield "incident", run.incident
    yield "danger", run.danger
    yield "plan", run.digest
    yield "opsctl", run.version
    if run.undoes:
        yield "undoes", run.undoes
    if run.undone_by:
        yield "undone by", run.undone_by
    if run.examined_by:
        yield "examined by", run.examined_by
    for it in run.told:
        how = f"told {it['when']}" if it["ok"] else f"not told {it['when']}: {it['detail']}"
        yield "notice", Words((f"{it['channel']}, ", how if it["ok"] else warn(how)))


def _step(step: StepRecord) -> Iterator[Block]:
    pieces: list[str] = [f"  {step.index + 1}. ", _status(step.status, step.status)]
    yield Words((*pieces, f"  {step.step.title}"))
    if step.error:
        yield Words(("       error: ", step.error))
    if step.undone_by:
        yield Words((dim("       undone by: "), step.undone_by))
    elif back := taken_back(step.step):
        has_undo = isinstance(step.step, Do) and step.step.undo
        yield Words((dim("       undo: " if has_undo else "       no undo: "), back))
    for request in step.requests:
        yield Words((dim("       request: "), request))


def _status(status: str, shown: str) -> Styled:
    return _STYLES.get(status, warn)(shown)


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
