"""Silences: what silences the alarms that are meant, and the steps that begin and end it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from opsctl.aws import Aws
from opsctl.aws.alarm_actions import AlarmActions, Silence
from opsctl.aws.cloudwatch import Alarm
from opsctl.aws.mute_rules import MOST_ALARMS, MuteRules
from opsctl.aws.muting import MuteRule
from opsctl.plan import Danger, Do, Wait, call
from opsctl.procedures.alarm_names import Chosen, choose, counted

ACTIVE_WITHIN = 150.0
"""Seconds: a rule that begins with the next minute is ACTIVE a minute later."""


@dataclass(frozen=True)
class Facts:
    """The alarms that are meant, and everything that silences one of them.

    `problem` says why mute rules cannot be used here. `caller` is who asks.
    """

    alarms: tuple[Chosen, ...]
    rules: tuple[MuteRule, ...]
    problem: str
    recorded: tuple[Silence, ...]
    caller: str
    everyone: tuple[Alarm, ...] = field(compare=False, default=())
    """Every alarm of the target."""

    def rules_of(self, name: str) -> tuple[MuteRule, ...]:
        """The rules that mute an alarm."""
        return tuple(it for it in self.rules if name in it.alarms)

    def silent_until(self, name: str) -> datetime | None:
        """The last known end (UTC) of what silences an alarm; None: nothing does until then."""
        ends = [it.until for it in self.rules_of(name) if it.until]
        record = self.record_of(name)
        return max([*ends, *([record.until] if record else [])], default=None)

    def record_of(self, name: str) -> Silence | None:
        """What is recorded of its actions, switched off by opsctl and off still."""
        return next((it for it in self.recorded if it.alarm == name), None)


def gather(patterns: Sequence[str], aws: Aws) -> Facts:
    """Reads the alarms, the mute rules and the record. Raises NotFound for a pattern of nothing."""
    target = aws.target
    alarms, known, recorded = aws.at_once(
        lambda: aws.cloudwatch.alarms(target.alarm_prefix, target.alarm_suffix),
        lambda: aws.mute_rules.known(),
        lambda: aws.alarm_actions.recorded(),
    )
    chosen = choose(alarms, patterns, target.alarm_prefix, target.alarm_suffix)
    names = {it.name for it in chosen}
    off = {it.name for it in chosen if not it.actions_enabled}
    return Facts(
        alarms=chosen,
        rules=tuple(it for it in known.rules if names & set(it.alarms)),
        problem=known.problem,
        recorded=tuple(it for it in recorded if it.alarm in off),
        caller=aws.sts.caller().arn,
        everyone=alarms,
    )


def mute(name: str, alarms: Sequence[str], until: str, description: str) -> Do:
    """Mutes alarms by a rule of their own; taking it back deletes the rule."""
    back = Do(
        f"End the silence of {counted(alarms)}: what is in ALARM then calls at once",
        call(MuteRules.put, name, [], until, description, list(alarms)),
        danger=Danger.MILD,
    )
    return Do(
        f"Mute {counted(alarms)} until {told(until)} (rule {name})",
        call(MuteRules.put, name, list(alarms), until, description, []),
        undo=(back,),
        danger=Danger.MILD,
    )


def muted(name: str, alarms: Sequence[str]) -> Wait:
    """Until the rule mutes these alarms, and no others."""
    return Wait(
        f"{name} mutes {counted(alarms)}" if alarms else f"The rule {name} is gone",
        call(MuteRules.holds, name, list(alarms)),
        timeout=ACTIVE_WITHIN,
    )


def parts(names: Sequence[str]) -> list[list[str]]:
    """The names in portions of what one rule takes."""
    return [list(names[at : at + MOST_ALARMS]) for at in range(0, len(names), MOST_ALARMS)]


def switch_off(
    alarms: Sequence[str], until: str, by: str, reason: str, before: Silence | None = None
) -> Do:
    """Switches actions off with a recorded end; `before` is the silence that it prolongs."""
    back = switch_on(alarms)
    if before:
        back = off(alarms, before.until.isoformat(), before.by, before.reason)
    return replace(off(alarms, until, by, reason), undo=(back,))


def off(alarms: Sequence[str], until: str, by: str, reason: str) -> Do:
    """Switches actions off, by whoever did so or does; without the way back."""
    return Do(
        f"Switch the actions of {counted(alarms)} off, and record {told(until)} as the end",
        call(AlarmActions.disable, list(alarms), until, by, reason),
        danger=Danger.MILD,
    )


def switch_on(alarms: Sequence[str]) -> Do:
    """Switches on what opsctl switched off."""
    return Do(
        f"Switch the actions of {counted(alarms)} on again",
        call(AlarmActions.enable, list(alarms)),
        danger=Danger.MILD,
    )


def are_off(alarms: Sequence[str]) -> Wait:
    """Until the actions of all of them are off."""
    return Wait(
        f"The actions of {counted(alarms)} are off",
        call(AlarmActions.are, list(alarms), False),
        timeout=30,
    )


def are_on(alarms: Sequence[str]) -> Wait:
    """Until the actions of all of them are on."""
    return Wait(
        f"The actions of {counted(alarms)} are on",
        call(AlarmActions.are, list(alarms), True),
        timeout=30,
    )


def told(until: str) -> str:
    """An ISO 8601 moment in UTC, for human eyes."""
    return f"{until[:16].replace('T', ' ')} UTC"
