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
    points = [it for it in rows if it.name.startswith("arn:")]
    copies = [it for it in rows if it not in points]
    if not rows:
        yield warn("There is no backup.")
    if copies:
        yield from _table(copies, now)
    if points:
        yield Heading("Recovery points of AWS Backup")
        yield from _table(points, now)
        yield "  Only the end of each ARN is shown; -o json has it whole."
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
    if any(it.erased for it in rows):
        yield ""
        yield "ERASED SINCE: users erased after it was made, or minutes before, as clocks differ;"
        yield "a restore leaves them erased."


def _table(rows: list[Line], now: datetime) -> Iterator[Block]:
    """As narrow as it can be: who was erased only where somebody was; `-o json` has the times."""
    heads = ["NAME", "KIND", "AGE", "SIZE", "STATUS", "BY"]
    columns = [_row(it, now) for it in rows]
    if any(it.erased != 0 for it in rows):
        heads.append("ERASED SINCE")
        counts = ["?" if it.erased is None else str(it.erased) for it in rows]
        columns = [[*row, count] for row, count in zip(columns, counts, strict=True)]
    yield Table(heads, columns, right=(2, 3, 6))


def _row(it: Line, now: datetime) -> list[str]:
    usable = it.status in ("complete", "available", "completed")
    return [
        _end(it.name),
        it.kind,
        age((now - it.created).total_seconds()),
        "?" if it.bytes is None else size(it.bytes),
        good(it.status) if usable else warn(it.status),
        _end(it.made_by) or "?",
    ]


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
