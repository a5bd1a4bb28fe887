"""Alarms: how each stands, whether it would call anybody, and until when it is silenced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from opsctl.aws import Aws
from opsctl.aws.alarm_actions import Silence
from opsctl.aws.cloudwatch import Alarm
from opsctl.aws.muting import MuteRule
from opsctl.errors import NoAccess


@dataclass(frozen=True)
class AlarmStatus:
    """One alarm. `state` is OK, ALARM or INSUFFICIENT_DATA, `kind` metric or composite."""

    name: str
    kind: str
    state: str
    since: datetime
    reason: str
    actions_enabled: bool
    silenced_until: datetime | None = None
    """UTC; None: not silenced, or silenced without a known end."""
    silenced_by: str = ""
    """Who: an ARN, or the mute rule of others. Empty: not silenced."""
    silenced_why: str = ""
    overdue: bool = False
    """Its actions were switched off by opsctl until a time that is over, and are off still."""
    scales: bool = False
    """It drives autoscaling."""

    @property
    def calls(self) -> bool:
        """Whether it would call somebody now."""
        return self.actions_enabled and not self.silenced_by

    @property
    def silence(self) -> str:
        """What keeps it from calling anybody, until when and by whom; empty when nothing does."""
        if self.calls:
            return ""
        if not self.silenced_by:
            return "its actions are off, and not by opsctl"
        who = self.silenced_by.rpartition("/")[2] or self.silenced_by
        if self.overdue:
            return f"its actions are still off, although {who} wanted that only until {self._end}"
        end = f"until {self._end}" if self.silenced_until else "by a schedule"
        how = "" if self.actions_enabled else " (actions off: nothing ends it by itself)"
        return f"silenced {end}{how}, {who}"

    @property
    def _end(self) -> str:
        return f"{self.silenced_until:%m-%d %H:%M} UTC" if self.silenced_until else "?"

    @property
    def off_by_others(self) -> bool:
        """Whether its actions are off, and not by opsctl: nothing of it ends that."""
        return not self.actions_enabled and not self.silenced_by


@dataclass(frozen=True)
class Alarms:
    """The alarms of the target, by name. `known` is how many there are in any state."""

    alarms: tuple[AlarmStatus, ...]
    known: int
    unknown: tuple[str, ...] = ()
    """What could not be looked at, with the reason."""

    @property
    def overdue(self) -> tuple[AlarmStatus, ...]:
        """Those that are silent although the time for it is over."""
        return tuple(it for it in self.alarms if it.overdue)

    @property
    def ok(self) -> bool:
        """Whether there are alarms, and none is silent for longer than was wanted."""
        return self.known > 0 and not self.overdue


def gather(aws: Aws, state: str = "") -> Alarms:
    """Reads the alarms, the mute rules, and what is recorded of switched-off actions."""
    target = aws.target
    alarms, (rules, unknown), recorded = aws.at_once(
        lambda: aws.cloudwatch.alarms(target.alarm_prefix, target.alarm_suffix),
        lambda: active_rules(aws),
        lambda: aws.alarm_actions.recorded(),
    )
    joined = join(alarms, rules, recorded, aws.alarm_actions.now())
    wanted = tuple(it for it in joined if state in ("", it.state))
    return Alarms(wanted, len(joined), unknown)


def active_rules(aws: Aws) -> tuple[tuple[MuteRule, ...], tuple[str, ...]]:
    """The rules that mute now, and why they are not known where they may not be read."""
    try:
        return aws.mute_rules.active(), ()
    except NoAccess as error:
        return (), (f"mute rules: {error.message}",)


def join(
    alarms: Iterable[Alarm],
    rules: Iterable[MuteRule],
    recorded: Iterable[Silence],
    now: datetime,
) -> tuple[AlarmStatus, ...]:
    """Each alarm with what silences it: of several silences, the one that ends last."""
    noted = {it.alarm: it for it in recorded}
    held = tuple(rules)
    return tuple(_status(it, held, noted.get(it.name), now) for it in alarms)


def _status(
    alarm: Alarm, rules: tuple[MuteRule, ...], noted: Silence | None, now: datetime
) -> AlarmStatus:
    until, by, why, overdue = None, "", "", False
    for rule in (it for it in rules if alarm.name in it.alarms):
        # A rule without a known end comes again, so it outlasts every other.
        if not by or (until and (rule.until is None or rule.until > until)):
            until, by, why = rule.until, rule.by or f"mute rule {rule.name}", rule.reason
    if noted and not alarm.actions_enabled:
        overdue = noted.until <= now
        if not by or (until and noted.until > until) or overdue:
            until, by, why = noted.until, noted.by, noted.reason
    return AlarmStatus(
        name=alarm.name,
        kind=alarm.kind,
        state=alarm.state,
        since=alarm.since,
        reason=alarm.reason,
        actions_enabled=alarm.actions_enabled,
        silenced_until=until,
        silenced_by=by,
        silenced_why=why,
        overdue=overdue,
        scales=alarm.scales,
    )
