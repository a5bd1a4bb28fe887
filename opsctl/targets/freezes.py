"""Freezes: periods of the calendar in which an environment is not changed, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

FORM = 'tables, like { from = "2026-12-24", to = "2026-12-27", reason = "Christmas" }'
LAST_YEAR = 2999
"""What comes after a freeze is looked for as well, and no calendar goes beyond 9999."""


@dataclass(frozen=True)
class Freeze:
    """One freeze, from a moment until just before another, both UTC."""

    begins: datetime
    ends: datetime
    reason: str

    @property
    def name(self) -> str:
        """The freeze in words."""
        return f"{self.begins:%Y-%m-%d %H:%M} to {self.ends:%Y-%m-%d %H:%M} UTC ({self.reason})"

    def lasts(self, moment: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.begins <= moment < self.ends


def from_file(entries: Iterable[Mapping[str, Any]]) -> tuple[Freeze, ...]:
    """The freezes of opsctl.toml, in order of time. Raises ValueError for what is none.

    `from` and `to` are days in UTC, of which the last one still belongs to it, or moments with
    their offset, such as `2026-12-24T18:00+01:00`.
    """
    return tuple(sorted(map(_entry, entries), key=lambda it: (it.begins, it.ends)))


def _entry(entry: Mapping[str, Any]) -> Freeze:
    try:
        begins, ends = _period(entry["from"])[0], _period(entry["to"])[1]
    except OverflowError:
        raise ValueError("the calendar ends there: `opsctl lock take` freezes for good") from None
    if ends.year > LAST_YEAR:
        raise ValueError(f"it ends after {LAST_YEAR}: `opsctl lock take` freezes for good")
    if ends <= begins:
        raise ValueError(f"it ends ({entry['to']}) before it begins ({entry['from']})")
    reason = " ".join(str(entry["reason"]).split())
    if not reason:
        raise ValueError("a freeze needs a reason")
    return Freeze(begins, ends, reason)


def _period(value: Any) -> tuple[datetime, datetime]:
    """Where a day begins and ends; a moment does both."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        if isinstance(value, str) and len(value) == len("2026-12-24"):
            midnight = datetime.combine(moment, time(), UTC)
            return midnight, midnight + timedelta(days=1)
    except ValueError:
        raise ValueError(f"“{value}” is neither a day nor a moment") from None
    if moment.tzinfo is None:
        raise ValueError(f"“{value}” has no offset: write {value}Z for UTC")
    return moment.astimezone(UTC), moment.astimezone(UTC)
