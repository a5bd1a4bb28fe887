"""What a mute rule says: whom it mutes, until when, and who made it why."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

OURS = "opsctl-"
"""How the names of the rules begin that opsctl makes."""
_LONGEST_TEXT = 1024
_AT = re.compile(r"at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2})\)")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_WORDS = re.compile(r"Silenced with opsctl by (\S+)(?:: (.*))?", re.DOTALL)


@dataclass(frozen=True)
class MuteRule:
    """One rule. `until` (UTC) is None for one that comes again by a `cron` schedule."""

    name: str
    alarms: tuple[str, ...]
    until: datetime | None
    by_opsctl: bool
    reason: str
    by: str = ""
    """The ARN of who made it with opsctl; empty for a rule of others."""
    status: str = field(default="ACTIVE", compare=False)
    """SCHEDULED, ACTIVE or EXPIRED."""
    expression: str = ""
    duration: str = ""
    zone: str = "UTC"
    description: str = ""

    @property
    def schedule(self) -> str:
        """When it mutes, for human eyes: `cron(0 2 * * *) UTC for PT4H`."""
        return f"{self.expression} {self.zone} for {self.duration}"


@dataclass(frozen=True)
class Known:
    """The rules that mute now, or are about to; `problem` says why they cannot be used at all."""

    rules: tuple[MuteRule, ...] = ()
    problem: str = ""


def described(by: str, reason: str) -> str:
    """What a rule of opsctl says of itself; `parsed` reads it back."""
    words = " ".join(reason.split())
    return f"Silenced with opsctl by {by}{': ' if words else ''}{words}"[:_LONGEST_TEXT]


def parsed(it: dict[str, Any]) -> MuteRule:
    """The rule that GetAlarmMuteRule answered."""
    schedule = it.get("Rule", {}).get("Schedule", {})
    expression, duration = schedule.get("Expression", ""), schedule.get("Duration", "")
    text = it.get("Description") or ""
    said = _WORDS.fullmatch(text)
    zone = schedule.get("Timezone") or "UTC"
    return MuteRule(
        name=it["Name"],
        alarms=tuple(sorted((it.get("MuteTargets") or {}).get("AlarmNames", ()))),
        until=end(expression, duration, zone, it.get("ExpireDate")),
        by_opsctl=it["Name"].startswith(OURS),
        reason=(said[2] or "") if said else text,
        by=said[1] if said else "",
        status=it.get("Status", ""),
        expression=expression,
        duration=duration,
        zone=zone,
        description=text,
    )


def end(
    expression: str, duration: str, zone: str, expires: datetime | None = None
) -> datetime | None:
    """When a rule of one time is over; None for one that comes again, or whose time zone this
    machine does not know."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    at, lasts = _AT.fullmatch(expression), _DURATION.fullmatch(duration)
    if not at or not lasts:
        return None
    days, hours, minutes = (int(part or 0) for part in lasts.groups())
    try:
        place = UTC if zone == "UTC" else ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return None
    begins = datetime.fromisoformat(at[1]).replace(tzinfo=place).astimezone(UTC)
    over = begins + timedelta(days=days, hours=hours, minutes=minutes)
    return min(over, expires.astimezone(UTC)) if expires else over
