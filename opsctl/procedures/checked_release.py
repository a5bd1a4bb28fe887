"""A release with the state of its checklist among the notes: it informs, and refuses nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Generic, TypeVar

from opsctl.aws import Aws
from opsctl.aws.ecs import short
from opsctl.plan import Plan
from opsctl.procedure import Procedure

Request = TypeVar("Request")
Inner = TypeVar("Inner")

_WORDS = {
    "ok": "ok",
    "not_applicable": "not applicable",
    "not_ok": "NOT OK",
    "unknown": "NOT KNOWN",
    "not_answered": "NOT ANSWERED",
}


@dataclass(frozen=True)
class Line:
    """How an item of the checklist stood."""

    title: str
    state: str
    """ok, not_applicable, not_ok, unknown or not_answered."""
    evidence: str = ""
    said: str = ""
    """Whose word it is, and from when; empty for what was looked at."""


@dataclass(frozen=True)
class Kept:
    """The checklist as it was gone through; `lines` are empty where nobody did, or long ago.

    A release looks itself again at the image and at what a task needs, and finds the lock; whether
    an incident is open is asked again with the checklist. The rest is as of `at`.
    """

    command: str
    """What makes a new one."""
    lines: tuple[Line, ...] = ()
    at: str = ""
    by: str = ""
    commit: str = ""
    live: str = ""
    """The ARN of the task definition that served then."""
    incident: str = ""
    """The one that is open now."""
    problem: str = ""
    """Why the records could not be read."""


@dataclass(frozen=True)
class Facts(Generic[Inner]):
    """What the release itself sees, and its checklist: that only informs, so it may change."""

    release: Inner
    kept: Kept = field(compare=False)


def around(
    procedure: Procedure[Request, Inner], read: Callable[[], Kept]
) -> Procedure[Request, Facts[Inner]]:
    """The same procedure, whose plan tells how the checklist stands."""

    def gather(request: Request, aws: Aws) -> Facts[Inner]:
        return Facts(procedure.gather(request, aws), read())

    def plan(request: Request, facts: Facts[Inner]) -> Plan:
        made = procedure.plan(request, facts.release)
        if not made.changes:
            return made
        return dataclasses.replace(made, notes=(*made.notes, *notes(made, facts.kept)))

    return Procedure(procedure.name, procedure.section, gather, plan)


def notes(plan: Plan, kept: Kept) -> Iterator[str]:
    """The checklist in a few lines: what does not hold by itself, what holds in one."""
    if kept.incident:
        yield f"Incident {kept.incident} is open."
    if kept.problem:
        yield f"Checklist: its record could not be read: {kept.problem}"
    elif not kept.lines:
        yield f"Checklist: not gone through in the last 4 h: {kept.command}"
    elif other := _another(plan, kept):
        yield f"Checklist: gone through at {kept.at} by {kept.by}, but {other}: {kept.command}"
    else:
        yield from _lines(kept)


def _another(plan: Plan, kept: Kept) -> str:
    """Why what was gone through is not about this release any more; empty where it is."""
    live, commit = plan.result.get("replaces"), plan.result.get("commit")
    if live and live != kept.live:
        return f"{short(str(live))} serves by now"
    if commit and commit != kept.commit:
        return "for another commit"
    return ""


def _lines(kept: Kept) -> Iterator[str]:
    bad = [it for it in kept.lines if it.state not in ("ok", "not_applicable")]
    count = f", {len(bad)} of {len(kept.lines)} do not hold" if bad else ""
    yield f"Checklist: at {kept.at} by {kept.by}{count}; not looked at again since:"
    for it in bad:
        evidence = f": {it.evidence}" if it.evidence else ""
        yield f"{_WORDS.get(it.state, it.state)}  {it.title}{evidence}"
    held = sorted((it for it in kept.lines if it not in bad), key=lambda it: it.state, reverse=True)
    for state, some in groupby(held, lambda it: it.state):
        yield f"{_WORDS[state]}  {', '.join(map(_titled, some))}"
    if bad:
        yield f"To go through it again: {kept.command}"


def _titled(it: Line) -> str:
    return f"{it.title} ({it.said})" if it.said else it.title
