"""Backups of every kind: what the bucket and the table can be restored from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from opsctl.aws import Aws
from opsctl.errors import OpsctlError
from opsctl.reports import bucket_backups, table_backups
from opsctl.reports.bucket_backups import BucketBackup, BucketBackups
from opsctl.reports.table_backups import TableBackups


@dataclass(frozen=True)
class Backups:
    """Both halves. What could not be looked at is told in `unknown`, and never shown as nothing."""

    bucket: BucketBackups
    table: TableBackups


@dataclass(frozen=True)
class Line:
    """One backup of whichever kind, as it is shown."""

    name: str
    kind: str
    created: datetime
    bytes: int | None
    status: str
    made_by: str
    erased: int | None


def gather(aws: Aws) -> Backups:
    """Reads both halves; where one cannot be read, the other is still told."""
    bucket, table = aws.at_once(lambda: bucket_backups.gather(aws), lambda: _of_table(aws))
    return Backups(bucket, table)


def lines(found: Backups) -> list[Line]:
    """Every backup, the newest first."""
    every = [*map(_of_bucket, found.bucket.backups)]
    for it in found.table.backups:
        kind = "dynamodb" if it.kind == "USER" else f"dynamodb {it.kind}"
        every.append(
            Line(it.name, kind, it.created, it.size, it.status.lower(), it.made_by, it.erased)
        )
    return sorted(every, key=lambda it: it.created, reverse=True)


def _of_bucket(it: BucketBackup) -> Line:
    return Line(it.name, it.kind, it.created, it.bytes, it.status, it.made_by, it.erased)


def _of_table(aws: Aws) -> TableBackups:
    try:
        return table_backups.gather(aws)
    except OpsctlError as error:
        return TableBackups(aws.target.table, unknown=(f"the table: {error.message}",))
