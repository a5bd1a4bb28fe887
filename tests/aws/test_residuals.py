from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from erasing import door, put

from opsctl.aws import Aws
from opsctl.aws.manifests import FOLDER
from opsctl.sandbox.emulator import Emulator
from opsctl.targets.data_map import BucketData, LogData, TableData


@pytest.fixture
def aws(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    yield door(emulator)
    emulator.front.faults.clear()


def table(aws: Aws) -> TableData:
    return TableData(aws.target.table, (("PK", "USER#{user_id}"),))


def days_from_now(until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.now(UTC)) / timedelta(days=1)


def test_the_window_of_recovery_ends_and_a_backup_does_not(aws: Aws) -> None:
    found = {it.what: it for it in aws.residuals.table(table(aws))}
    assert 34 < days_from_now(found["point-in-time recovery"].until) <= 35
    (backups,) = (it for what, it in found.items() if "on-demand backup" in what)
    assert backups.until == ""
    assert "somebody deletes" in backups.basis


def test_a_stream_keeps_a_day(aws: Aws) -> None:
    with aws.changing():
        aws.client("dynamodb").update_table(
            TableName=aws.target.table,
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        )
    (stream,) = (it for it in aws.residuals.table(table(aws)) if it.what == "its stream")
    assert 0.9 < days_from_now(stream.until) <= 1


def test_what_may_not_be_read_lasts_without_an_end(aws: Aws, emulator: Emulator) -> None:
    for operation in ("DescribeContinuousBackups", "ListRecoveryPointsByResource"):
        fault = {"operation": operation, "code": "AccessDeniedException"}
        emulator.front.faults.add(fault)
    found = {it.what: it for it in aws.residuals.table(table(aws))}
    for what in ("point-in-time recovery", "AWS Backup"):
        assert found[what].until == ""
        assert "not examined" in found[what].basis


def test_log_lines_last_as_long_as_their_retention_and_three_days(aws: Aws) -> None:
    (kept,) = aws.residuals.log_group(LogData(aws.target.log_group))
    assert 32 < days_from_now(kept.until) <= 33
    with aws.changing():
        aws.client("logs").create_log_group(logGroupName="/never")
    (never,) = aws.residuals.log_group(LogData("/never"))
    assert never.until == ""
    assert "never expires" in never.basis
    assert aws.residuals.log_group(LogData("/neve")) == ()


def test_a_replica_outside_the_map_is_named(aws: Aws) -> None:
    data = BucketData(aws.target.bucket, "images/{user_id}/")
    (replica,) = aws.residuals.bucket(data, ("copy",))
    assert "copy" in replica.what
    assert aws.residuals.bucket(data, ()) == ()


def test_lists_of_keys_beside_backups_are_a_residual(aws: Aws) -> None:
    bucket = aws.target.backup_bucket
    assert aws.residuals.manifests(bucket) == ()
    put(aws, f"{FOLDER}b.json", bucket)
    (found,) = aws.residuals.manifests(bucket)
    assert "prune" in found.basis


def test_tokens_end(aws: Aws) -> None:
    assert 0.04 < days_from_now(aws.residuals.tokens(3600).until) < 0.05
