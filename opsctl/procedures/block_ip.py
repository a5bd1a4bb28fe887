"""Block an address: into the firewall's set beside those that are there, for a time or for good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.waf import MOST_ADDRESSES
from opsctl.plan import Danger, Plan, Refusal, Step, Wait
from opsctl.procedure import Procedure
from opsctl.procedures import block_refusals, blocks
from opsctl.procedures.blocks import Held


@dataclass(frozen=True)
class Request:
    """Ranges in opsctl's writing (`blocks.parsed`). `until` is ISO 8601; empty: without an end.

    `own` are the operator's own addresses as far as they are known.
    """

    env: str
    ranges: tuple[str, ...]
    until: str = ""
    allow_wide: bool = False
    own: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What the sets hold of the ranges, and when they were meant to end."""

    held: tuple[Held, ...]
    expiries: tuple[tuple[str, str], ...]
    never: tuple[str, ...]


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the sets, the rules that look into them, and what is noted of ends."""
    noted = tuple(
        (it.range, it.until.isoformat())
        for it in aws.block_expiries.recorded()
        if it.range in request.ranges
    )
    return Facts(blocks.read(aws, request.ranges), noted, aws.target.never_block)


def plan(request: Request, facts: Facts) -> Plan:
    """Adds what is missing, and notes the end where one is wanted or was wanted before."""
    refusals = (*_refusals(request, facts), *_full(request, facts))
    steps = (*_noting(request, facts), *_adding(request, facts))
    if not steps and not refusals:
        return Plan(f"{blocks.listed(request.ranges)}: blocked already.", notes=_notes(facts))
    danger = block_refusals.danger(request.ranges)
    end = f" until {request.until[:16].replace('T', ' ')} UTC" if request.until else ""
    return Plan(
        summary=f"Block {blocks.listed(request.ranges)}{end}",
        steps=steps,
        danger=danger,
        subject=block_refusals.widest(request.ranges) if danger is Danger.SEVERE else "",
        notes=(*_notes(facts), *_unknown_self(request), blocks.SLOW),
        refusals=refusals,
        checks=tuple(_checks(request, facts)),
        next_commands=(f"opsctl security blocked-ips --env {request.env}",),
        result={"ranges": list(request.ranges), "until": request.until or None},
    )


def _missing(request: Request, held: Held) -> list[str]:
    return [it for it in blocks.of_version(held, request.ranges) if not held.covered(it)]


def _adding(request: Request, facts: Facts) -> Iterator[Step]:
    for held in facts.held:
        if missing := _missing(request, held):
            yield blocks.add(held, missing, block_refusals.danger(missing))


def _noting(request: Request, facts: Facts) -> Iterator[Step]:
    """The end is noted first: a block that was cut off in between has its end all the same."""
    known = dict(facts.expiries)
    exact = [it for it in request.ranges if not _covered_by_another(it, facts)]
    after = {it: request.until or None for it in exact if known.get(it, "") != request.until}
    if not after:
        return
    names = blocks.listed(after)
    ends = f"ends at {request.until[:16]} UTC" if request.until else "has no end"
    title = f"Note that the block of {names} {ends}"
    yield blocks.record(title, after, {it: known.get(it) for it in after})


def _covered_by_another(range_: str, facts: Facts) -> bool:
    """A wider range blocks it, whose end is not this one's."""
    return any(held.covered(range_) not in ("", range_) for held in facts.held)


def _checks(request: Request, facts: Facts) -> Iterator[Wait]:
    for held in facts.held:
        if missing := _missing(request, held):
            yield blocks.check(held, missing, True)


def _notes(facts: Facts) -> tuple[str, ...]:
    around = [
        f"{range_} is blocked already, by {by}."
        for held in facts.held
        for range_, by in held.there
        if by != range_
    ]
    return (*around, *(blocks.effect(held) for held in facts.held))


def _unknown_self(request: Request) -> tuple[str, ...]:
    if request.own:
        return ()
    return ("Your own address is not known, so it is not compared: --my-ip ADDRESS says it.",)


def _refusals(request: Request, facts: Facts) -> Iterator[Refusal]:
    return block_refusals.refusals(
        request.ranges, allow_wide=request.allow_wide, own=request.own, never=facts.never
    )


def _full(request: Request, facts: Facts) -> Iterator[Refusal]:
    for held in facts.held:
        more = len(_missing(request, held))
        if held.size + more > MOST_ADDRESSES:
            yield Refusal(
                f"{held.name} holds {held.size:,} ranges; with {more} more it would be over WAF's "
                f"{MOST_ADDRESSES:,}.",
                hint="Take some out: opsctl security unblock-ip --expired",
            )


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "security block-ip", "Block an address", gather, plan
)
