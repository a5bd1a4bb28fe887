"""Mute rules: when an alarm's actions are held back. One moment, or again and again by cron."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=15)
_AT = re.compile(r"at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2})\)")
_CRON = re.compile(r"cron\(([^()]+)\)")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


class BadRule(Exception):
    """A schedule that CloudWatch would refuse."""


@dataclass
class MuteRule:
    """One rule. `expression` is `at(yyyy-MM-ddThh:mm)` or a five-field `cron(…)`."""

    name: str
    arn: str
    expression: str
    duration: str
    updated: datetime
    timezone: str = "UTC"
    alarms: tuple[str, ...] = ()
    description: str = ""
    start: datetime | None = None
    expire: datetime | None = None
    tags: list[dict[str, str]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """ONE_TIME or RECURRING."""
        return "ONE_TIME" if self.expression.startswith("at") else "RECURRING"

    def check(self) -> None:
        """Raise BadRule for what no rule can mean."""
        length(self.duration)
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError) as error:
            raise BadRule(f"unknown time zone {self.timezone}") from error
        if self.kind == "ONE_TIME":
            self._moment()
        else:
            _cron_fields(self.expression)

    def status(self, now: datetime) -> str:
        """SCHEDULED, ACTIVE or EXPIRED at a moment."""
        if self.expire and now >= self.expire:
            return "EXPIRED"
        if self.start and now < self.start:
            return "SCHEDULED"
        if self.kind == "RECURRING":
            return "ACTIVE" if self._runs(now) else "SCHEDULED"
        begins = self._moment()
        if now < begins:
            return "SCHEDULED"
        return "ACTIVE" if now < begins + length(self.duration) else "EXPIRED"

    def _moment(self) -> datetime:
        found = _AT.fullmatch(self.expression)
        if not found:
            raise BadRule(f"not a schedule expression: {self.expression}")
        try:
            local = datetime.fromisoformat(found[1])
        except ValueError as error:
            raise BadRule(f"no such moment: {found[1]}") from error
        return local.replace(tzinfo=ZoneInfo(self.timezone)).astimezone(UTC)

    def _runs(self, now: datetime) -> bool:
        """Whether the schedule fell on a minute less than the duration ago."""
        wanted = _cron_fields(self.expression)
        local = now.astimezone(ZoneInfo(self.timezone)).replace(second=0, microsecond=0)
        minutes = int(length(self.duration) / timedelta(minutes=1))
        return any(_falls_on(local - timedelta(minutes=back), wanted) for back in range(minutes))


def rules_of(backend: Any) -> dict[str, MuteRule]:
    """The mute rules of one moto backend, by name; they go when moto resets it."""
    held: dict[str, MuteRule] = backend.__dict__.setdefault("sandbox_mute_rules", {})
    return held


def length(text: str) -> timedelta:
    """The length of an ISO 8601 duration from PT1M to P15D. Raises BadRule."""
    found = _DURATION.fullmatch(text)
    days, hours, minutes = (int(part or 0) for part in (found.groups() if found else (0, 0, 0)))
    duration = timedelta(days=days, hours=hours, minutes=minutes)
    if not SHORTEST <= duration <= LONGEST:
        raise BadRule(f"Duration {text} is not between PT1M and P15D")
    return duration


def _cron_fields(expression: str) -> list[set[int]]:
    found = _CRON.fullmatch(expression)
    parts = found[1].split() if found else []
    if len(parts) != len(_FIELDS):
        raise BadRule(f"not a schedule expression: {expression}")
    return [_numbers(part, *bounds) for part, bounds in zip(parts, _FIELDS, strict=True)]


def _numbers(text: str, low: int, high: int) -> set[int]:
    numbers: set[int] = set()
    for part in text.split(","):
        found = re.fullmatch(r"(\*|\d+(?:-\d+)?)(?:/(\d+))?", part)
        if not found or found[2] == "0":
            raise BadRule(f"not a cron field: {text}")
        first, _, last = (f"{low}-{high}" if found[1] == "*" else found[1]).partition("-")
        end = int(last or (high if found[2] else first))
        if not low <= int(first) <= end <= high:
            raise BadRule(f"not within {low} and {high}: {text}")
        numbers |= set(range(int(first), end + 1, int(found[2] or 1)))
    return numbers


def _falls_on(moment: datetime, wanted: list[set[int]]) -> bool:
    minute, hour, day, month, weekday = wanted
    return (
        moment.minute in minute
        and moment.hour in hour
        and moment.day in day
        and moment.month in month
        and bool({moment.isoweekday() % 7, moment.isoweekday()} & weekday)
    )
