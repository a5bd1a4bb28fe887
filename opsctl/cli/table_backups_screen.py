"""The table's part of what `opsctl backup list` shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from opsctl import durations
from opsctl.reports.table_backups import TableBackup, TableBackups
from opsctl.terminal.blocks import Block, Heading, Table, bad, dim, good, warn

DAY = 86400


def listed(found: TableBackups, now: datetime) -> Iterator[Block]:
    """The backups of the table with their age, and the window of point-in-time recovery."""
    yield Heading(f"Table {found.table}")
    if found.recovery:
        yield good(
            f"  Any moment from {_moment(found.recovery.earliest)} to "
            f"{_moment(found.recovery.latest)} (point-in-time recovery, {found.recovery.days} days)"
        )
    else:
        yield bad("  Point-in-time recovery is off, or there is no such table.")
    if found.backups:
        yield Table(
            ("BACKUP", "AGE", "MADE (UTC)", "KIND", "STATUS", "BYTES", "ERASED SINCE", "BY"),
            [_row(it, found.table, now) for it in found.backups],
        )
    else:
        yield warn("  No backup.")
    for line in found.unknown:
        yield dim(f"  Not known: {line}")


def _row(it: TableBackup, table: str, now: datetime) -> tuple[str, ...]:
    of = "" if it.table == table else f" ({it.table})"
    ends = f", until {it.expires:%Y-%m-%d}" if it.expires else ""
    return (
        f"{it.name}{of}",
        _age(it.created, now),
        _moment(it.created),
        f"{it.kind}{ends}",
        good(it.status) if it.status == "AVAILABLE" else warn(it.status),
        "?" if it.size is None else f"{it.size:,}",
        warn(str(it.erased)) if it.erased else "0",
        it.made_by or dim("not known"),
    )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def _age(created: datetime, now: datetime) -> str:
    """In whole days where there are some, else to the minute."""
    seconds = max(0.0, (now - created).total_seconds())
    unit = DAY if seconds >= 2 * DAY else 60
    return durations.text(seconds // unit * unit) if seconds >= 60 else "now"
