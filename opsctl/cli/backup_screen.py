"""The screen of `opsctl backup list`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from opsctl.reports import backups
from opsctl.reports.backups import Backups, Line
from opsctl.terminal.blocks import Block, Heading, Table, good, warn

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def listed(found: Backups, now: datetime | None = None) -> Iterator[Block]:
    """Every backup, the window of point-in-time recovery, and what could not be looked at."""
    now = now or datetime.now(UTC)
    rows = backups.lines(found)
    if rows:
        yield Table(
            ("NAME", "KIND", "MADE (UTC)", "AGE", "SIZE", "STATUS", "ERASED SINCE", "BY"),
            [_row(it, now) for it in rows],
            right=(3, 4, 6),
        )
    else:
        yield warn("There is no backup.")
    yield Heading("Point in time")
    window = found.table.recovery
    if window is None:
        yield warn(f"  {found.table.table}: off, or it could not be read")
    else:
        yield (
            f"  {found.table.table}: from {window.earliest:%Y-%m-%d %H:%M:%S} to "
            f"{window.latest:%Y-%m-%d %H:%M:%S} UTC ({window.days} days)"
        )
    yield from (f"  {note}" for note in found.bucket.notes)
    unknown = (*found.bucket.unknown, *found.table.unknown)
    if unknown:
        yield Heading("Could not be looked at")
        yield from (warn(f"  {each}") for each in unknown)
    if any(it.name.startswith("arn:") for it in rows):
        yield ""
        yield "Of recovery points only the end of the ARN is shown; -o json has it whole."
    if any(it.erased for it in rows):
        yield ""
        yield "ERASED SINCE: users who were erased after it was made; a restore leaves them erased."


def _row(it: Line, now: datetime) -> tuple[str, ...]:
    usable = it.status in ("complete", "available", "completed")
    return (
        _end(it.name),
        it.kind,
        f"{it.created.astimezone(UTC):%Y-%m-%d %H:%M}",
        age((now - it.created).total_seconds()),
        "?" if it.bytes is None else size(it.bytes),
        good(it.status) if usable else warn(it.status),
        str(it.erased) if it.erased else "-",
        _end(it.made_by) or "?",
    )


def _end(name: str) -> str:
    """What tells an ARN from its neighbours; any other name as it is."""
    return name.rpartition(":")[2] if name.startswith("arn:") else name


def size(count: float) -> str:
    """Bytes in the unit that reads best: `1.4 GiB`."""
    for unit in _UNITS[:-1]:
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} {_UNITS[-1]}"


def age(seconds: float) -> str:
    """How long ago, in the largest unit: `3 d`."""
    for length, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds // length:.0f} {word}"
    return f"{max(seconds, 0):.0f} s"
