"""What `opsctl backup list` shows of the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from table_samples import ARN, MADE, NEW, TABLE

from opsctl.cli import table_backups_screen
from opsctl.reports.table_backups import Recovery, TableBackup, TableBackups
from opsctl.terminal.blocks import Heading, Table

BACKUP = TableBackup(
    name="opsctl-0",
    arn=ARN,
    table=TABLE,
    kind="USER",
    status="AVAILABLE",
    created=MADE,
    expires=None,
    size=1234567,
    made_by="arn:aws:iam::123456789012:user/kim",
    erased=2,
    settings=True,
)


def shown(found: TableBackups, hours: float = 1.0) -> str:
    lines = []
    for block in table_backups_screen.listed(found, MADE + timedelta(hours=hours)):
        if isinstance(block, Table):
            lines += [" | ".join(row) for row in block.rows]
        else:
            lines.append(block.text if isinstance(block, Heading) else str(block))
    return "\n".join(lines)


def test_a_backup_is_a_row_with_its_age_its_maker_and_the_erasures() -> None:
    text = shown(TableBackups(TABLE, (BACKUP,)))
    assert (
        "opsctl-0 | 1h | 2026-11-24 03:15 | USER | AVAILABLE | 1,234,567 | 2 | "
        "arn:aws:iam::123456789012:user/kim"
    ) in text


def test_ages_are_days_when_they_are_long() -> None:
    assert " | 3d | " in shown(TableBackups(TABLE, (BACKUP,)), hours=75)
    assert " | now | " in shown(TableBackups(TABLE, (BACKUP,)), hours=0)


def test_what_aws_kept_of_a_deleted_table_tells_its_end_and_its_table() -> None:
    kept = replace(
        BACKUP, kind="SYSTEM", table=NEW, expires=MADE + timedelta(days=35), size=None, made_by=""
    )
    text = shown(TableBackups(TABLE, (kept,)))
    assert f"opsctl-0 ({NEW})" in text
    assert "SYSTEM, until 2026-12-29" in text
    assert " | ? | " in text
    assert "not known" in text


def test_the_window_and_its_absence_are_told() -> None:
    window = Recovery(MADE - timedelta(days=35), MADE, 35)
    text = shown(TableBackups(TABLE, recovery=window))
    assert "Any moment from 2026-10-20 03:15 to 2026-11-24 03:15" in text
    assert "Point-in-time recovery is off" in shown(TableBackups(TABLE))
    assert "No backup." in shown(TableBackups(TABLE))
