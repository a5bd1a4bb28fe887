"""Reasons not to that hold for every procedure: the target's own limits, and its calendar."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import datetime

from opsctl import durations, errors
from opsctl.plan import Danger, Plan, Refusal
from opsctl.targets import Target, maintenance

EMERGENCY = "--emergency --reason TEXT"


def guarded(plan: Plan, target: Target, now: datetime, *, emergency: bool = False) -> Plan:
    """The plan with what the guards say: their refusals, or, in an emergency, what it overrides."""
    reasons = refusals(plan, target, now)
    lifted = [it for it in reasons if emergency and it.override == EMERGENCY]
    kept = tuple(it for it in reasons if it not in lifted)
    notes = tuple(_notes(plan, target, now, emergency=emergency, lifted=bool(lifted)))
    return dataclasses.replace(
        plan,
        refusals=plan.refusals + kept,
        notes=plan.notes + notes,
        emergency=_where_in_time(target, now) if lifted else "",
    )


def refusals(plan: Plan, target: Target, now: datetime) -> tuple[Refusal, ...]:
    """The guards' reasons against a plan in this target at this moment; empty for none."""
    if not plan.changes:
        return ()
    return (*_explicit_target(plan, target), *_calendar(plan, target, now))


def forbidden(refused: Iterable[Refusal]) -> errors.Forbidden:
    """The end of a plan that was refused: every reason, and what to do instead."""
    refused = list(refused)
    reasons = "\n".join(it.reason for it in refused)
    return errors.Forbidden(reasons, hint="\n".join(dict.fromkeys(_hints(refused))))


def keeps_time(target: Target) -> bool:
    """Whether the moment matters: a target that is not protected has no calendar."""
    return target.protected and maintenance.is_kept(target)


def _hints(refused: Iterable[Refusal]) -> Iterator[str]:
    for it in refused:
        if it.hint:
            yield it.hint
        if it.override and it.override.split()[0] not in it.hint:
            yield f"To do it all the same: add {it.override}"


def _explicit_target(plan: Plan, target: Target) -> list[Refusal]:
    """What cannot be undone needs its environment typed in the same command."""
    if plan.danger is not Danger.SEVERE or target.explicit or target.is_sandbox:
        return []
    return [
        Refusal(
            f"This cannot be undone, and the environment “{target.env}” was not named.",
            hint=f"Add `--env {target.env}` to say that you mean it.",
        )
    ]


def _calendar(plan: Plan, target: Target, now: datetime) -> Iterator[Refusal]:
    """What users notice waits for a window; what is small and can be undone does not."""
    if not _is_kept(plan, target):
        return
    it = maintenance.standing(target, now)
    if it.state == "open":
        return
    (coming,) = maintenance.openings(target, now, 1)
    hint = f"Changes are made again from {maintenance.told(coming.opens, now)}"
    hint += f", until {coming.closes:%Y-%m-%d %H:%M} UTC." if coming.closes else "."
    if it.freeze:
        why = (
            f"{target.env} is frozen until {it.freeze.ends:%Y-%m-%d %H:%M} UTC: {it.freeze.reason}."
        )
    else:
        why = f"No maintenance window of {target.env} is open now ({'; '.join(target.windows)})."
    yield Refusal(why, hint, override=EMERGENCY)


def _notes(
    plan: Plan, target: Target, now: datetime, *, emergency: bool, lifted: bool
) -> Iterator[str]:
    if lifted:
        yield (
            f"An emergency, {_where_in_time(target, now)}: "
            f"{durations.text(target.emergency_notice)} notice is owed to those who use it, and "
            "the journal says that this was one."
        )
    elif emergency and plan.changes:
        yield "--emergency lifts nothing here: this may be done now without it."
    elif plan.changes and _is_kept(plan, target):
        it = maintenance.standing(target, now)
        if it.state == "open" and it.until:
            yield f"Changes are made until {maintenance.told(it.until, now)}."


def _is_kept(plan: Plan, target: Target) -> bool:
    return keeps_time(target) and plan.danger in (Danger.MODERATE, Danger.SEVERE)


def _where_in_time(target: Target, now: datetime) -> str:
    """What an emergency overrides, in a few words that may be told to everybody."""
    frozen = maintenance.standing(target, now).state == "frozen"
    return "in a freeze" if frozen else "outside the maintenance windows"
