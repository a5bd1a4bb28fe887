"""A release that calls nobody: the target's alarms muted for its length, and heard again after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from opsctl.aws import Aws
from opsctl.plan import Do, Plan, Refusal, Wait
from opsctl.procedures import silence_alarms, silences
from opsctl.procedures.alarm_names import listed
from opsctl.procedures.silences import Facts, told


@dataclass(frozen=True)
class Quiet:
    """`until` (ISO 8601) is when the mute ends if nobody ends it; `rule` begins its names."""

    until: str
    rule: str
    reason: str = ""


def gather(asked: Quiet | None, aws: Aws) -> Facts | None:
    """Reads every alarm of the target and what silences it; None where that was not asked for.

    Raises NotFound where there is no alarm to mute.
    """
    return silences.gather(("*",), aws) if asked else None


def around(made: Plan, asked: Quiet | None, found: Facts | None) -> Plan:
    """The plan with the mute before it and its end after it, also after a failure.

    Ctrl-C leaves the mute to its own end: whoever stops a release is there to see to it.
    """
    if asked is None or found is None or made.refusals:
        return made
    if not any(isinstance(step, Do) for step in made.steps):
        note = "Nothing is silenced, since nothing is begun here: opsctl alarms silence '*'"
        return replace(made, notes=(*made.notes, note))
    if found.problem:
        return replace(made, refusals=(*made.refusals, _impossible(found)))
    names = [it.name for it in found.alarms if not silence_alarms.why_not(it, found, asked.until)]
    left = tuple(silence_alarms.left_out(found, asked.until))
    if not names:
        return replace(made, notes=(*made.notes, *left))
    pairs = list(silence_alarms.rules(asked.rule, asked.until, asked.reason, found, names))
    mutes = [replace(do, undo=(), no_undo="it ends with the release") for do, _ in pairs]
    ends = [_end(do, made) for do, _ in pairs]
    return replace(
        made,
        steps=(*_alternating(mutes, [wait for _, wait in pairs]), *made.steps, *ends),
        on_failure=(
            *made.on_failure,
            *(
                replace(end, undo=(mute,), no_undo="")
                for mute, end in zip(mutes, ends, strict=True)
            ),
        ),
        notes=(
            *made.notes,
            *left,
            f"Silent meanwhile, until {told(asked.until)} at the latest: {listed(names)}.",
        ),
        result={
            **made.result,
            "silence": {"rule": asked.rule, "until": asked.until, "alarms": [*names]},
        },
    )


def _alternating(mutes: list[Do], waits: list[Wait]) -> Iterator[Do | Wait]:
    for mute, wait in zip(mutes, waits, strict=True):
        yield mute
        yield wait


def _end(mute: Do, made: Plan) -> Do:
    """The end of a mute: what its undo would do. Why it stays is what is said of the release."""
    (back,) = (step for step in mute.undo if isinstance(step, Do))
    last = [step.no_undo for step in made.steps if isinstance(step, Do) and step.no_undo]
    return replace(back, no_undo=last[-1] if last else "the silence was only for the release")


def _impossible(found: Facts) -> Refusal:
    return Refusal(
        f"--silence needs mute rules, which end by themselves: {found.problem}.",
        hint="Release without it, or switch the actions off by yourself: opsctl alarms silence "
        "'*' --disable-actions",
    )
