"""Unblock an address: out of the firewall's set, and nothing else; or all whose time is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from opsctl.aws import Aws
from opsctl.plan import Danger, Plan, Refusal, Step, Wait
from opsctl.procedure import Procedure
from opsctl.procedures import blocks
from opsctl.procedures.blocks import Held


@dataclass(frozen=True)
class Request:
    """Ranges in opsctl's writing; or none and `expired_at` (ISO 8601): all that ended by then."""

    env: str
    ranges: tuple[str, ...] = ()
    expired_at: str = ""


@dataclass(frozen=True)
class Facts:
    """The ranges meant, what the sets hold of them, and the ends that are noted."""

    ranges: tuple[str, ...]
    held: tuple[Held, ...]
    expiries: tuple[tuple[str, str], ...]


def gather(request: Request, aws: Aws) -> Facts:
    """Reads what is noted, and the sets that hold it."""
    noted = aws.block_expiries.recorded()
    ranges = request.ranges
    if request.expired_at:
        moment = datetime.fromisoformat(request.expired_at)
        ranges = tuple(it.range for it in noted if it.until <= moment)
    known = tuple((it.range, it.until.isoformat()) for it in noted if it.range in ranges)
    return Facts(ranges, blocks.read(aws, ranges), known)


def plan(request: Request, facts: Facts) -> Plan:
    """Removes what is there, and forgets the ends that were noted."""
    steps = (*_taking(request, facts), *_forgetting(facts))
    refusals = () if request.expired_at else tuple(_refusals(facts))
    if not steps and not refusals:
        return Plan(_nothing(request, facts))
    danger, subject = _danger(request, facts)
    return Plan(
        summary=f"Unblock {blocks.listed(facts.ranges)}",
        steps=steps,
        danger=danger,
        subject=subject,
        notes=tuple(_notes(facts)),
        refusals=refusals,
        checks=tuple(_checks(facts)),
        next_commands=(f"opsctl security blocked-ips --env {request.env}",),
        result={"ranges": list(facts.ranges)},
    )


def _present(facts: Facts, held: Held) -> list[str]:
    return [it for it in blocks.of_version(held, facts.ranges) if held.has(it)]


def _notes(facts: Facts) -> Iterator[str]:
    for held in facts.held:
        for range_, by in held.there:
            if by != range_ and held.has(range_):
                yield f"{range_} stays blocked, by {by}."
    if any(_present(facts, held) for held in facts.held):
        yield blocks.SLOW


def _taking(request: Request, facts: Facts) -> Iterator[Step]:
    for held in facts.held:
        if there := _present(facts, held):
            yield blocks.take(held, there, _danger(request, facts)[0])


def _forgetting(facts: Facts) -> Iterator[Step]:
    """After the address is out: cut off in between, the note still says that it is over."""
    if facts.expiries:
        known: dict[str, str | None] = dict(facts.expiries)
        title = f"Forget when {blocks.listed(known)} should end"
        yield blocks.record(title, dict.fromkeys(known), known)


def _checks(facts: Facts) -> Iterator[Wait]:
    for held in facts.held:
        if there := _present(facts, held):
            yield blocks.check(held, there, False)


def _danger(request: Request, facts: Facts) -> tuple[Danger, str]:
    """To empty a set is to open the door again; what was meant to end may end."""
    if not request.expired_at:
        for held in facts.held:
            if held.size > 1 and len(_present(facts, held)) == held.size:
                return Danger.SEVERE, held.name
    return Danger.MILD, ""


def _refusals(facts: Facts) -> Iterator[Refusal]:
    for held in facts.held:
        for range_, by in held.there:
            if by != range_ and not held.has(range_):
                yield Refusal(
                    f"{range_} is not in {held.name} by itself, but within {by}.",
                    hint=f"Unblock all of it: opsctl security unblock-ip {by}",
                )


def _nothing(request: Request, facts: Facts) -> str:
    if request.expired_at:
        return "No block is over."
    return f"{blocks.listed(facts.ranges)}: not blocked."


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "security unblock-ip", "Unblock an address", gather, plan
)
