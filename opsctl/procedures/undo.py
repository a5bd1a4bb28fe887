"""Undo a run: the steps that its journal holds for taking it back, as a plan like any other."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.plan import Call, Danger, Do, Plan, Refusal, Step, Wait, undo_steps
from opsctl.procedure import Procedure


@dataclass(frozen=True)
class Change:
    """One change of the run that is still in effect; `number` counts from 1 as `history` does."""

    number: int
    step: Do
    certain: bool = True
    """False: it was cut off, so it may never have taken effect."""


@dataclass(frozen=True)
class Later:
    """A later run against the same target, and the gateways of what it changed."""

    run: str
    command: str
    gateways: frozenset[str]


@dataclass(frozen=True)
class Request:
    """The run to take back, as its journal tells it."""

    run: str
    command: str
    env: str
    changes: tuple[Change, ...]
    failed: tuple[str, ...] = ()
    """Titles of the changes that AWS refused: they are not taken back."""
    unreadable: tuple[str, ...] = ()
    """Titles of the steps that another version of opsctl wrote."""
    is_running: bool = False
    undone_by: str = ""
    rolled_back: bool = False
    """It failed, and AWS restored what was before."""
    later: tuple[Later, ...] = ()
    out_of_order: bool = False
    """Although later runs changed the same things."""
    skip: frozenset[int] = frozenset()
    """Numbers of the changes to leave as they are."""


@dataclass(frozen=True)
class Facts:
    """The calls of the undo that this version of opsctl cannot make."""

    unknown_calls: tuple[str, ...]


def gather(request: Request, aws: Aws) -> Facts:
    """Asks no service: each undoing call itself compares what is there with what the run left."""
    calls = [call for step in undo_steps(_taken(request)) if (call := _call(step))]
    return Facts(tuple(str(call) for call in calls if not _can_be_made(call, aws)))


def plan(request: Request, facts: Facts) -> Plan:
    """The undo of what is still in effect, the last change first."""
    if sentence := _nothing_to_do(request):
        return Plan(sentence)
    return Plan(
        summary=f"take back run {request.run} ({request.command})",
        steps=tuple(undo_steps(_taken(request))),
        danger=danger(request),
        subject=request.run,
        notes=tuple(_notes(request)),
        refusals=tuple(_refusals(request, facts)),
        next_commands=(f"opsctl status -e {request.env}",),
        # The journal links the two runs by it.
        result={"undoes": request.run},
    )


def _nothing_to_do(request: Request) -> str:
    if request.is_running or request.unreadable:
        return ""
    if request.undone_by:
        return f"Run {request.run} was already taken back by {request.undone_by}."
    if request.rolled_back:
        return f"Run {request.run} ({request.command}) was rolled back when it failed."
    if not request.changes:
        return f"Run {request.run} ({request.command}) changed nothing."
    return ""


def _taken(request: Request) -> list[Do]:
    if request.rolled_back:
        return []
    return [change.step for change in request.changes if change.number not in request.skip]


def danger(request: Request) -> Danger:
    """The worst of what the undo itself does: back from 0 tasks is harmless, back to 0 is not."""
    steps = [step for step in undo_steps(_taken(request)) if isinstance(step, Do)]
    return max((step.danger for step in steps), key=list(Danger).index, default=Danger.NONE)


def _notes(request: Request) -> Iterator[str]:
    for change in request.changes:
        title = f"Step {change.number}, “{change.step.title}”"
        if change.number in request.skip:
            yield f"{title}, stays: you skip it."
        elif not change.step.undo:
            yield f"{title}, stays: {change.step.no_undo}."
        elif not change.certain:
            yield (
                f"{title}, was cut off: whether it took effect is not known. If its undo finds "
                f"something else than it expects, leave it out with --skip {change.number}."
            )
    for name in request.failed:
        yield f"“{name}” failed in that run, so it is not taken back."
    if request.out_of_order:
        for later in _in_the_way(request):
            yield f"Run {later.run} ({later.command}) changed the same things later."


def _refusals(request: Request, facts: Facts) -> Iterator[Refusal]:
    if request.is_running:
        yield Refusal(
            f"Run {request.run} ({request.command}) is still going.",
            hint=f"Stop it or wait for its end: opsctl lock show -e {request.env}",
        )
    for title in request.unreadable:
        yield Refusal(
            f"“{title}” was journaled in words that this version of opsctl does not know.",
            hint=f"Use the version that made it: opsctl history show {request.run}",
        )
    for call in facts.unknown_calls:
        yield Refusal(
            f"This version of opsctl cannot make the call {call}.",
            hint=f"Use the version that journaled it: opsctl history show {request.run}",
        )
    yield from _irreversible(request)
    if not request.out_of_order:
        yield from _order(request)


def _irreversible(request: Request) -> Iterator[Refusal]:
    """When nothing at all can be taken back: why, step by step."""
    kept = [change for change in request.changes if change.number not in request.skip]
    if any(change.step.undo for change in kept):
        return
    for change in kept:
        yield Refusal(f"“{change.step.title}” cannot be taken back: {change.step.no_undo}.")
    if request.changes and not kept:
        yield Refusal("Every change of that run is skipped.")


def _order(request: Request) -> Iterator[Refusal]:
    for later in _in_the_way(request):
        yield Refusal(
            f"Run {later.run} ({later.command}) changed the same things later.",
            hint=f"Take that back first: opsctl undo {later.run} -e {request.env}",
            override="--out-of-order",
        )


def _in_the_way(request: Request) -> list[Later]:
    """The later runs, newest first, that went through a gateway which the undo goes through."""
    touched = {
        call.gateway
        for step in undo_steps(_taken(request))
        if isinstance(step, Do) and (call := _call(step))
    }
    return [later for later in request.later if later.gateways & touched]


def _call(step: Step) -> Call | None:
    if isinstance(step, Do):
        return step.call
    return step.check if isinstance(step, Wait) else None


def _can_be_made(call: Call, aws: Aws) -> bool:
    try:
        method = getattr(getattr(aws, call.gateway), call.method)
        inspect.signature(method).bind_partial(**call.arguments)
    except (AttributeError, ImportError, TypeError):
        return False
    return not call.method.startswith("_")


PROCEDURE = Procedure("undo", "Take back a run", gather, plan)
