"""Backups of the table: which there are, who made them, and who was erased since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from opsctl.aws import Aws
from opsctl.aws.saved_settings import Saved
from opsctl.aws.table_backups import Backup, Window, family
from opsctl.errors import NotFound, OpsctlError

KEPT_IN_TRAIL = timedelta(days=90)
MARGIN = timedelta(minutes=5)
"""What the clocks of AWS and of the records may differ by."""


@dataclass(frozen=True)
class TableBackup:
    """One backup. `kind` is USER, SYSTEM or AWS_BACKUP, `size` in bytes, times UTC.

    `made_by` is the caller's ARN; empty where nobody says. `erased` is how many users were
    erased since: a restore erases them again.
    """

    name: str
    arn: str
    table: str
    kind: str
    status: str
    created: datetime
    expires: datetime | None
    size: int | None
    made_by: str
    erased: int
    settings: bool
    """The table's settings were saved beside it."""


@dataclass(frozen=True)
class Recovery:
    """Between which moments the table itself can be restored; None where it cannot."""

    earliest: datetime
    latest: datetime
    days: int


@dataclass(frozen=True)
class TableBackups:
    """What the table can be restored from. `problem` says why that could not be asked."""

    table: str
    backups: tuple[TableBackup, ...] = ()
    recovery: Recovery | None = None
    unknown: tuple[str, ...] = ()
    """What could not be looked at."""


def gather(aws: Aws) -> TableBackups:
    """Reads the backups of the table and its kin, newest first, and the window of PITR."""
    table = aws.target.table
    unknown: list[str] = []
    backups, window = aws.at_once(
        lambda: aws.table_backups.of_family(table), lambda: _window(aws, table)
    )
    living = [it for it in backups if it.status != "DELETED"]
    kept = aws.at_once(*(lambda it=it: _kept(aws, it) for it in living))
    # A record beside it tells who made it; CloudTrail is slow, and is asked for the others only.
    others = [it for it, one in zip(living, kept, strict=True) if not one.saved]
    makers = _makers(aws, [it for it in others if it.kind == "USER"], unknown)
    return TableBackups(
        table,
        tuple(_row(it, one, makers) for it, one in zip(living, kept, strict=True)),
        Recovery(window.earliest, window.latest, window.days) if window else None,
        tuple(unknown),
    )


@dataclass(frozen=True)
class _Kept:
    """What opsctl's own records say of a backup."""

    saved: Saved | None
    erased: int


def _kept(aws: Aws, it: Backup) -> _Kept:
    saved = aws.saved_settings.saved(it.name, it.table) if it.kind == "USER" else None
    return _Kept(saved, aws.table_replays.pending(it.created.isoformat()))


def _row(it: Backup, kept: _Kept, makers: dict[str, str]) -> TableBackup:
    by_aws = "AWS, when the table was deleted" if it.kind == "SYSTEM" else ""
    by_us = kept.saved.caller if kept.saved else ""
    return TableBackup(
        name=it.name,
        arn=it.arn,
        table=it.table,
        kind=it.kind,
        status=it.status,
        created=it.created,
        expires=it.expires,
        size=it.size,
        made_by=by_aws or by_us or makers.get(it.name, ""),
        erased=kept.erased,
        settings=kept.saved is not None,
    )


def _window(aws: Aws, table: str) -> Window | None:
    try:
        return aws.table_backups.window(table)
    except NotFound:
        return None


def _makers(aws: Aws, backups: list[Backup], unknown: list[str]) -> dict[str, str]:
    """Who called CreateBackup, by the backup's name, as far as CloudTrail still knows."""
    if not backups:
        return {}
    now = aws.saved_settings.now()
    since = max(min(it.created for it in backups), now - KEPT_IN_TRAIL) - MARGIN
    found: dict[str, str] = {}
    names = {it.name for it in backups}
    kin = family(aws.target.table)
    try:
        pages = aws.cloudtrail.pages(
            aws.target.region, since, now + MARGIN, ("EventName", "CreateBackup")
        )
        for page in pages:
            for event in page:
                tables = {family(each) for each in event.mentions}
                if event.error or kin not in tables:
                    continue
                found |= {each: event.who for each in event.mentions if each in names}
    except OpsctlError as error:
        unknown.append(f"who made them: {error.message}")
    return found
