"""The screen of `opsctl backup list`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from opsctl.cli import backup_screen
from opsctl.reports.backups import Backups
from opsctl.reports.bucket_backups import BucketBackup, BucketBackups
from opsctl.reports.table_backups import Recovery, TableBackup, TableBackups
from opsctl.terminal import layout

NOW = datetime(2026, 11, 24, 3, 15, tzinfo=UTC)
OURS = BucketBackup(
    name="s3-1",
    kind="s3",
    where="s3://copies",
    status="complete",
    created=NOW - timedelta(days=3),
    objects=3,
    bytes=1536,
    made_by="arn:aws:iam::123456789012:user/ana",
    erased=2,
)
SYSTEM = TableBackup(
    name="captions$DeletedTableBackup",
    arn="arn:x",
    table="captions",
    kind="SYSTEM",
    status="AVAILABLE",
    created=NOW - timedelta(hours=1),
    expires=None,
    size=None,
    made_by="AWS, when the table was deleted",
    erased=0,
    settings=False,
)
WINDOW = Recovery(NOW - timedelta(days=35), NOW, 35)


def text(bucket: BucketBackups, table: TableBackups) -> str:
    blocks = backup_screen.listed(Backups(bucket, table), NOW)
    return "\n".join(layout.lines(blocks, colour=False))


def test_every_kind_is_listed_the_newest_first() -> None:
    shown = text(BucketBackups((OURS,)), TableBackups("captions", (SYSTEM,), WINDOW))
    assert shown.index("captions$DeletedTableBackup") < shown.index("s3-1")
    assert "dynamodb SYSTEM" in shown
    row = next(line for line in shown.splitlines() if "s3-1" in line)
    assert row.split() == ["s3-1", "s3", "3", "d", "1.5", "KiB", "complete", "user/ana", "2"]
    assert "from 2026-10-20 03:15:00 to 2026-11-24 03:15:00 UTC (35 days)" in shown
    assert "erased after it was made, or minutes before" in shown


def test_where_nobody_was_erased_there_is_no_column_for_it() -> None:
    shown = text(BucketBackups((replace(OURS, erased=0),)), TableBackups("captions"))
    assert "ERASED" not in shown
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_where_erasures_cannot_be_read_there_is_a_question_mark() -> None:
    shown = text(BucketBackups((replace(OURS, erased=None),)), TableBackups("captions"))
    assert "user/ana" in shown
    row = next(line for line in shown.splitlines() if "s3-1" in line)
    assert row.split()[-1] == "?"


def test_no_backup_at_all_and_no_window_are_said_loudly() -> None:
    shown = text(BucketBackups((), (), ("prod has no backup_bucket",)), TableBackups("captions"))
    assert "There is no backup." in shown
    assert "off, or it could not be read" in shown
    assert "prod has no backup_bucket" in shown


def test_what_could_not_be_looked_at_is_told() -> None:
    shown = text(
        BucketBackups((OURS,), ("s3 in the vault Default: AccessDenied",)),
        TableBackups("captions", unknown=("the table: AccessDenied",)),
    )
    assert "Could not be looked at" in shown
    assert shown.count("AccessDenied") == 2


def test_of_an_arn_the_end_is_shown_and_that_is_said() -> None:
    point = replace(
        OURS, name="arn:aws:backup:eu-west-1:1:recovery-point:pictures-8f", kind="vault s3"
    )
    shown = text(BucketBackups((point,)), TableBackups("captions"))
    assert "  pictures-8f  vault s3" in shown
    assert "-o json" in shown


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (5 * 1024**4, "5.0 TiB"),
        (1e18, "909494.7 TiB"),
    ],
)
def test_sizes_read_well(count: float, words: str) -> None:
    assert backup_screen.size(count) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(-1, "0 s"), (59, "59 s"), (60, "1 min"), (7200, "2 h"), (90_000, "1 d")]
)
def test_ages_read_well(seconds: float, words: str) -> None:
    assert backup_screen.age(seconds) == words
