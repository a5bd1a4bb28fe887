"""A plan as the operator reads it before agreeing: what will be done first, where it acts last."""

from __future__ import annotations

from collections.abc import Iterator

from opsctl.banner import Banner
from opsctl.plan import (
    Danger,
    Difference,
    Do,
    Manual,
    Plan,
    Refusal,
    Step,
    Wait,
    taken_back,
)
from opsctl.terminal.blocks import Block, Fields, Heading, Words, bad, bold, dim, good, warn
from opsctl.terminal.outcome_screen import duration

_DANGER = {
    Danger.NONE: dim("none: nothing is changed"),
    Danger.MILD: good("mild: small, and can be undone"),
    Danger.MODERATE: warn("moderate: can be undone, but users notice it"),
    Danger.SEVERE: bad("severe: cannot be undone, or opens or empties something"),
}


def screenful(banner: Banner, plan: Plan) -> Iterator[Block]:
    """The whole plan. What matters most stands last, next to the question."""
    yield bold(plan.summary)
    if plan.steps:
        yield Heading("Steps")
        for number, step in enumerate(plan.steps, start=1):
            yield from _step(number, step)
    if plan.checks:
        yield Heading("Verified afterwards")
        yield from (Words(("  ", check.title)) for check in plan.checks)
    if plan.on_failure:
        yield Heading("If one of them fails")
        yield from (Words(("  ", step.title)) for step in plan.on_failure)
    if plan.differences:
        yield Heading("Differences")
        yield Fields([(it.name, _difference(it)) for it in plan.differences])
    yield from notes(plan)
    if plan.refusals:
        yield Heading("Reasons not to")
        for refusal in plan.refusals:
            yield from _refusal(refusal)
    yield from _where(banner, plan)


def _difference(it: Difference) -> str:
    return f"{it.before} → {it.after}" if it.before else it.after


def notes(plan: Plan) -> Iterator[Block]:
    """What the plan says beside its steps."""
    if plan.notes:
        yield Heading("Notes")
        yield from (Words(("  - ", note)) for note in plan.notes)


def _step(number: int, step: Step) -> Iterator[Block]:
    limit = f" (at most {duration(step.timeout)})" if isinstance(step, Wait) else ""
    yield Words((f"  {number}. {step.title}", dim(limit)))
    if isinstance(step, Manual):
        yield from (dim(f"       {line}") for line in step.instruction.split("\n"))
    elif isinstance(step, Do):
        back = taken_back(step)
        yield dim(f"       undo: {back}" if step.undo else f"       no undo: {back}")


def _refusal(refusal: Refusal) -> Iterator[Block]:
    yield Words((bad("  ✗ "), refusal.reason))
    if refusal.hint:
        yield f"    {refusal.hint}"
    if refusal.override:
        yield f"    To do it all the same: {refusal.override}"


def _where(banner: Banner, plan: Plan) -> Iterator[Block]:
    env = bad(f"{banner.env} (protected)") if banner.protected else bold(banner.env)
    yield Heading("Where")
    yield Fields(
        [
            ("account", banner.account),
            ("region", banner.region),
            ("as", banner.caller),
            ("environment", env),
            *[("whom" if not number else "", it) for number, it in enumerate(plan.whom)],
            ("danger", _DANGER[plan.danger]),
        ]
    )
