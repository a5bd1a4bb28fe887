"""Maintenance windows: `Sundays 02:00-04:00 UTC` as the times when it is open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

FORM = (
    'windows in quotes, like ["Sundays 02:00-04:00 UTC", "Mon, Wed-Fri 22:30-01:00 Europe/Berlin"]'
)

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {word: number for number, day in enumerate(_DAYS) for word in (day, f"{day}s", day[:3])}
_SEVERAL = {"daily": range(7), "weekdays": range(5), "weekends": range(5, 7)}
_WINDOW = re.compile(
    r"(?P<days>.+?)\s+(?P<start>\d\d:\d\d)\s*[-–—]\s*(?P<end>\d\d:\d\d)\s+(?P<zone>\S+)"
)
_MIDNIGHT = 24 * 60
_AHEAD = 16
"""Days: each window opens once a week, but for a day on which the clock skips it."""
ALWAYS = timedelta(days=8)
"""An opening that is longer has no end: its windows leave nothing of a week out."""


@dataclass(frozen=True)
class Window:
    """One window. `days` count from 0 for Monday; `start` and `end` are minutes after that day's
    midnight, `end` beyond 1440 where it goes over midnight; `zone` is UTC or an IANA name."""

    days: tuple[int, ...]
    start: int
    end: int
    zone: str

    @property
    def name(self) -> str:
        """The window in its one written form; `parse` reads it back."""
        end = self.end if self.end == _MIDNIGHT else self.end % _MIDNIGHT
        return f"{_named(self.days)} {_clock(self.start)}-{_clock(end)} {self.zone}"

    def spans(self, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
        """(opens, closes) in UTC, for each of so many days on which it opens.

        Where the clock skips a time, that time is as much later; of a time that the clock shows
        twice, the first counts.
        """
        zone = _zone(self.zone)
        for day in (first + timedelta(days=number) for number in range(days)):
            if day.weekday() in self.days:
                opens, closes = (_moment(day, at, zone) for at in (self.start, self.end))
                if opens < closes:
                    yield opens, closes


@dataclass(frozen=True)
class Opening:
    """A time without a break in which a window is open. `closes` None: never."""

    opens: datetime
    closes: datetime | None


def parse(text: str) -> Window:
    """The window that a text names. Raises ValueError, naming what of it cannot be read."""
    found = _WINDOW.fullmatch(text.strip())
    if not found:
        raise ValueError(f"“{text}” is not days, a time from HH:MM to HH:MM and a time zone")
    start, end = _minutes(found["start"]), _minutes(found["end"])
    if start in (end, _MIDNIGHT):
        raise ValueError(f"“{text}” has no length: a whole day is 00:00-24:00")
    zone = "UTC" if found["zone"].upper() == "UTC" else found["zone"]
    _zone(zone)
    return Window(_days(found["days"]), start, end if end > start else end + _MIDNIGHT, zone)


def next_opening(windows: Iterable[Window], after: datetime) -> Opening:
    """The opening that lasts at a moment, else the first one after it. Windows that overlap or
    follow each other without a break are one opening."""
    # Two days back: a zone is up to 14 hours ahead, and a window may have begun the day before.
    first = (after.astimezone(UTC) - timedelta(days=2)).date()
    spans = sorted(span for each in windows for span in each.spans(first, _AHEAD + 2))
    begun, *later = [span for span in spans if span[1] > after]
    opens, closes = begun
    for following, end in later:
        if following > closes:
            break
        closes = max(closes, end)
    return Opening(opens, None if closes - opens > ALWAYS else closes)


def _days(text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in re.split(r"\s*(?:,|&|\band\b)\s*", text.strip().lower()):
        first, dash, last = (piece.strip() for piece in re.sub("[–—]", "-", part).partition("-"))
        if not dash and first in _SEVERAL:
            found.update(_SEVERAL[first])
            continue
        for word in (first, last) if dash else (first,):
            if word not in _NUMBERS:
                raise ValueError(f"“{word}” is no day of the week")
        begin = _NUMBERS[first]
        length = (_NUMBERS[last] - begin) % 7 if dash else 0
        found.update((begin + number) % 7 for number in range(length + 1))
    return tuple(sorted(found))


def _minutes(text: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    if minutes > 59 or hours * 60 + minutes > _MIDNIGHT:
        raise ValueError(f"“{text}” is no time of day")
    return hours * 60 + minutes


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"“{name}” is no time zone that this machine knows") from None


def _moment(day: date, minutes: int, zone: tzinfo) -> datetime:
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _named(days: tuple[int, ...]) -> str:
    for word, several in _SEVERAL.items():
        if days == tuple(several):
            return word.capitalize()
    if len(days) == 1:
        return f"{_DAYS[days[0]].capitalize()}s"
    return ", ".join(_DAYS[day][:3].capitalize() for day in days)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
