"""Silence alarms: by mute rules, which end by themselves, or by switching their actions off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from opsctl.aws import Aws
from opsctl.aws.alarm_actions import Silence
from opsctl.aws.muting import described
from opsctl.plan import Danger, Difference, Do, Plan, Refusal, Step, Wait
from opsctl.procedure import Procedure
from opsctl.procedures import silences
from opsctl.procedures.alarm_names import Chosen, counted, listed
from opsctl.procedures.silences import Facts, told

MOST_DIFFERENCES = 20
"""Alarms that get a line of their own in the plan."""


@dataclass(frozen=True)
class Request:
    """`until` is ISO 8601 in UTC, on a whole minute; `rule` is how the names of the rules begin."""

    env: str
    names: tuple[str, ...]
    until: str
    rule: str
    reason: str = ""
    disable_actions: bool = False
    """Not by a mute rule, although it would be possible."""


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the alarms that are meant and what silences them. Raises NotFound."""
    return silences.gather(request.names, aws)


def plan(request: Request, facts: Facts) -> Plan:
    """Silences those that are not silent for as long already."""
    todo = [it for it in facts.alarms if not why_not(it, facts, request.until)]
    names = [it.name for it in todo]
    meant = counted(names or [it.name for it in facts.alarms])
    refusals = tuple(_refusals(facts))
    if not todo and not refusals:
        return Plan(_nothing(request, facts), notes=tuple(left_out(facts, request.until)))
    switching = request.disable_actions or bool(facts.problem)
    work = list(_switching(request, facts, todo) if switching else _muting(request, facts, todo))
    return Plan(
        summary=f"Silence {meant} until {told(request.until)}",
        steps=tuple(step for step, _ in work),
        danger=Danger.MILD,
        notes=(
            *left_out(facts, request.until),
            *(_unmuted(request, facts) if switching else ()),
            *notes(facts, todo, switching=switching),
        ),
        differences=tuple(_difference(it, facts, request) for it in todo[:MOST_DIFFERENCES]),
        refusals=refusals,
        checks=tuple(check for _, check in work),
        next_commands=(f"opsctl alarms list --env {request.env}",),
        result={
            "alarms": list(names),
            "until": request.until,
            "how": "actions off" if switching else "mute rule",
        },
    )


def why_not(it: Chosen, facts: Facts, until: str) -> str:
    """Why an alarm is left as it is; empty when it is to be silenced."""
    if it.scales:
        return "drives the autoscaling, which a silence would stop"
    if not it.actions_enabled and not facts.record_of(it.name):
        return "actions are off already, and not by opsctl"
    end = facts.silent_until(it.name)
    if end and end >= datetime.fromisoformat(until):
        return f"silent until {told(end.isoformat())} already"
    return ""


def left_out(facts: Facts, until: str) -> Iterator[str]:
    """A sentence for each reason to leave alarms that are meant as they are."""
    left: dict[str, list[str]] = {}
    for it in facts.alarms:
        if reason := why_not(it, facts, until):
            left.setdefault(reason, []).append(it.name)
    for reason, names in left.items():
        yield f"Left as before ({reason}): {listed(names)}."


def rules(
    stem: str, until: str, reason: str, facts: Facts, names: list[str]
) -> Iterator[tuple[Do, Wait]]:
    """Mute rules for these alarms, each with the check that it mutes."""
    for number, part in enumerate(silences.parts(names), 1):
        name = f"{stem}-{number}"
        yield (
            silences.mute(name, part, until, described(facts.caller, reason)),
            silences.muted(name, part),
        )


def notes(facts: Facts, todo: list[Chosen], *, switching: bool) -> Iterator[str]:
    """What somebody ought to know who silences these."""
    ringing = [it.name for it in todo if it.state == "ALARM"]
    if ringing and switching:
        yield f"In ALARM now, and silent also afterwards until it changes: {listed(ringing)}."
    elif ringing:
        yield f"In ALARM now; what still is when the silence ends, calls then: {listed(ringing)}."
    if len(todo) > MOST_DIFFERENCES:
        yield f"{len(todo) - MOST_DIFFERENCES} more than are listed; -o json names them all."
    if len(facts.everyone) > 1 and len(facts.alarms) == len(facts.everyone):
        yield f"These are all {len(facts.everyone)} alarms: nothing calls anybody until then."
    for outer in dict.fromkeys(name for it in todo for name in it.within):
        yield f"{outer} looks at what is silenced, and is not silenced itself."


def _muting(request: Request, facts: Facts, todo: list[Chosen]) -> Iterator[tuple[Step, Wait]]:
    """A rule for those whose actions are on; a later end for what opsctl switched off."""
    off = [it for it in todo if facts.record_of(it.name)]
    yield from _switching(request, facts, off)
    on = [it.name for it in todo if not facts.record_of(it.name)]
    yield from rules(request.rule, request.until, request.reason, facts, on)


def _switching(
    request: Request, facts: Facts, todo: Iterable[Chosen]
) -> Iterator[tuple[Step, Wait]]:
    def former(it: Chosen) -> tuple[str, str, str]:
        record = facts.record_of(it.name)
        return (record.until.isoformat(), record.by, record.reason) if record else ("", "", "")

    for (until, by, reason), group in groupby(sorted(todo, key=former), former):
        names = [it.name for it in group]
        before = Silence("", datetime.fromisoformat(until), by, reason) if until else None
        yield (
            silences.switch_off(names, request.until, facts.caller, request.reason, before),
            silences.are_off(names),
        )


def _unmuted(request: Request, facts: Facts) -> Iterator[str]:
    if facts.problem:
        yield f"Mute rules cannot be used: {facts.problem}."
    yield (
        "The actions are switched off, and nothing at AWS switches them on again. When it is "
        "over, status, alarms list and doctor say so, until somebody types: opsctl alarms "
        f"unsilence --expired --env {request.env}"
    )


def _difference(it: Chosen, facts: Facts, request: Request) -> Difference:
    end = facts.silent_until(it.name)
    before = f"silent until {told(end.isoformat())}" if end else "calls"
    return Difference(it.name, before, f"silent until {told(request.until)}")


def _nothing(request: Request, facts: Facts) -> str:
    names = [it.name for it in facts.alarms]
    if all(facts.silent_until(name) for name in names):
        return f"{counted(names)}: silent until {told(request.until)} or later already."
    return f"{counted(names)}: nothing to silence."


def _refusals(facts: Facts) -> Iterator[Refusal]:
    """What a pattern covers is left out; what was named is refused."""
    for it in facts.alarms:
        if it.typed and it.scales:
            yield Refusal(
                f"{it.name} drives the autoscaling: while it is silent, nothing is scaled.",
                hint="To change the autoscaling itself: opsctl scale bounds",
            )


PROCEDURE: Procedure[Request, Facts] = Procedure("alarms silence", "Silence an alarm", gather, plan)
