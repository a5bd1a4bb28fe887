"""A job of AWS Backup goes through its states with the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from opsctl.sandbox.backup_job import BackupJob, name_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def job(**over: Any) -> BackupJob:
    given = {
        "vault": "Default",
        "vault_arn": "arn:v",
        "resource": "arn:aws:s3:::pictures",
        "kind": "S3",
        "role": "arn:r",
        "token": "t",
        "created": NOW,
        "point": "arn:p",
        "size": 100,
        "account": "1",
    }
    return BackupJob(**{**given, **over})


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_job_is_created_runs_and_is_completed() -> None:
    it = job()
    states = [it.state(after(seconds)) for seconds in (0, 1, 2)]
    assert states == ["CREATED", "RUNNING", "COMPLETED"]
    assert it.described(after(1))["PercentDone"] == "50.0"
    assert it.described(after(1))["BytesTransferred"] == 50
    assert it.described(after(2))["CompletionDate"] == after(1.6)
    assert it.described(after(2))["BackupSizeInBytes"] == 100


def test_a_recovery_point_is_there_once_it_is_begun() -> None:
    it = job(lifecycle={"DeleteAfterDays": 7})
    points = [it.recovery_point(after(seconds)) for seconds in (0, 1, 2)]
    assert points[0] is None
    assert [point["Status"] for point in points if point] == ["CREATING", "COMPLETED"]
    assert points[2] is not None
    assert points[2]["CalculatedLifecycle"]["DeleteAt"] == NOW + timedelta(days=7)


def test_a_job_that_fails_says_why_and_leaves_nothing() -> None:
    it = job(why="no versioning")
    assert it.described(after(2))["StatusMessage"] == "no versioning"
    assert it.state(after(2)) == "FAILED"
    assert it.recovery_point(after(2)) is None


def test_a_stopped_job_leaves_nothing() -> None:
    it = job(stopped=after(1))
    assert it.state(after(9)) == "ABORTED"
    assert it.recovery_point(after(9)) is None


def test_names_come_from_arns() -> None:
    assert name_of("arn:aws:s3:::pictures") == "pictures"
    assert name_of("arn:aws:dynamodb:us-east-1:1:table/captions") == "captions"
