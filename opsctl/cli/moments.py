"""A moment of the past as people type it: ISO 8601, or how long ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from opsctl import durations
from opsctl.errors import UsageProblem

FORM = "a time like 2026-11-24T03:15:00Z, or how long ago like 2h"


def past(option: str, text: str, now: datetime) -> datetime:
    """The moment in UTC that was typed; a time without a zone is UTC.

    Raises UsageProblem for what is no time, and for the future.
    """
    moment = _read(option, text.strip(), now)
    if moment > now:
        raise UsageProblem(
            f"{option}: {moment:%Y-%m-%d %H:%M:%S} UTC is in the future.",
            hint=f"It is {now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC now. Times are UTC unless "
            "they say otherwise, as in 2026-11-24T03:15:00+01:00.",
        )
    return moment


def stamp(now: datetime) -> str:
    """A moment as names carry it: `20261124T031500Z`."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _read(option: str, text: str, now: datetime) -> datetime:
    try:
        return now.astimezone(UTC) - timedelta(seconds=durations.parse(text))
    except (ValueError, OverflowError):
        pass
    try:
        moment = datetime.fromisoformat(text)
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return zoned.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageProblem(f"{option}: {text!r} is not {FORM}.") from error
