"""`opsctl backup`, the table's part: words into requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from asked import Asked

from opsctl.plan import Danger
from opsctl.procedures.prune_backups import Request as Prune
from opsctl.procedures.restore_table import Request as Restore
from opsctl.procedures.switch_table import Request as Switch

TABLE = "image_captions"


def test_a_backup_is_named(asked: Asked) -> None:
    assert asked("backup", "restore", "dynamodb", "opsctl-1", "-e", "local") == 0
    assert asked.last[1] == Restore("local", TABLE, "opsctl-1")


def test_a_backup_may_be_named_by_its_arn(asked: Asked) -> None:
    arn = f"arn:aws:dynamodb:eu-west-1:123456789012:table/{TABLE}/backup/01489173575360-b308cd7d"
    assert asked("backup", "restore", "dynamodb", arn, "-e", "local") == 0
    assert asked.last[1] == Restore("local", TABLE, arn)


def test_a_moment_is_utc_in_whole_seconds(asked: Asked) -> None:
    words = ("--at", "2026-01-02T03:04:05.678+01:00", "--as", "captions-2")
    assert asked("backup", "restore", "dynamodb", *words, "-e", "local") == 0
    moment = "2026-01-02T02:04:05+00:00"
    assert asked.last[1] == Restore("local", TABLE, at=moment, new="captions-2")


def test_a_table_is_switched_to(asked: Asked) -> None:
    assert asked("backup", "switch", "captions-2", "-e", "local") == 0
    assert asked.last == ("backup switch", Switch("local", "captions-2"), Danger.MODERATE)


def test_a_number_or_an_age_is_kept(asked: Asked) -> None:
    assert asked("backup", "prune", "dynamodb", "--keep", "7", "-e", "local") == 0
    assert asked.last == ("backup prune dynamodb", Prune("local", TABLE, keep=7), Danger.SEVERE)
    assert asked("backup", "prune", "dynamodb", "--keep", "30d", "-e", "local") == 0
    since = datetime.fromisoformat(asked.last[1].since)
    assert abs(datetime.now(UTC) - timedelta(days=30) - since) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "words",
    [
        ["restore", "dynamodb"],
        ["restore", "dynamodb", "opsctl-1", "--at", "2h"],
        ["restore", "dynamodb", "--at", "tomorrow"],
        ["restore", "dynamodb", "--at", "2999-01-01T00:00:00Z"],
        ["restore", "dynamodb", "arn:aws:backup:eu-west-1:123456789012:recovery-point:1"],
        ["restore", "dynamodb", "arn:aws:dynamodb:eu-west-1:123456789012:table/captions"],
        ["restore", "dynamodb", "opsctl-1", "--as", "a/b"],
        ["restore", "dynamodb", "opsctl-1", "--as", "ab"],
        ["switch"],
        ["switch", "a table"],
        ["prune", "dynamodb"],
        ["prune", "dynamodb", "--keep", "0"],
        ["prune", "dynamodb", "--keep", "all"],
        ["prune", "dynamodb", "--keep", "-1"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(
    asked: Asked, words: list[str]
) -> None:
    assert asked("backup", *words, "-e", "local") == 2
    assert not asked.requests
