"""Restores: a new table, after a moment, as it was then, and without the settings of the old."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError


def restore(captions: Any, **asked: Any) -> dict[str, Any]:
    answer = captions.client.restore_table_to_point_in_time(
        SourceTableName="captions", TargetTableName="restored", **asked
    )
    found: dict[str, Any] = answer["TableDescription"]
    return found


def test_the_past_comes_back(captions: Any, account: Any) -> None:
    captions.put("a", "old")
    captions.put("b", "old")
    captions.advance(10)
    then = account.world.clock()
    captions.advance(10)
    captions.put("a", "corrupt")
    captions.client.delete_item(TableName="captions", Key=captions.key("b"))
    captions.put("c", "new")
    captions.advance(10)
    restore(captions, RestoreDateTime=then)
    captions.advance(3)
    assert captions.texts("restored") == {"a": "old", "b": "old"}
    captions.client.put_item(TableName="restored", Item={**captions.key("a"), "text": {"S": "own"}})
    assert captions.texts() == {"a": "corrupt", "c": "new"}


def test_a_restore_takes_a_moment_in_which_the_table_is_not_usable(captions: Any) -> None:
    captions.put("a")
    captions.advance(3)
    assert restore(captions, UseLatestRestorableTime=True)["TableStatus"] == "CREATING"
    told = captions.described("restored")
    assert told["RestoreSummary"]["RestoreInProgress"]
    client = captions.client
    for operation, words in {
        "scan": {},
        "batch_write_item": {"RequestItems": {"restored": [{"PutRequest": {"Item": {}}}]}},
    }.items():
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            getattr(client, operation)(**(words or {"TableName": "restored"}))
    with pytest.raises(ClientError, match="ResourceInUseException"):
        client.update_table(TableName="restored", DeletionProtectionEnabled=True)
    with pytest.raises(ClientError, match="ContinuousBackupsUnavailableException"):
        client.update_continuous_backups(
            TableName="restored",
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        )
    captions.advance(3)
    told = captions.described("restored")
    assert (told["TableStatus"], told["RestoreSummary"]["RestoreInProgress"]) == ("ACTIVE", False)
    assert told["RestoreSummary"]["SourceTableArn"] == captions.described()["TableArn"]
    assert captions.texts("restored") == {"a": "x"}


def test_a_restored_table_has_keys_indexes_and_billing_and_no_other_setting(
    captions: Any,
) -> None:
    captions.advance(3)
    restore(captions, UseLatestRestorableTime=True)
    captions.advance(3)
    told, client = captions.described("restored"), captions.client
    assert told["KeySchema"] == captions.described()["KeySchema"]
    assert told["GlobalSecondaryIndexes"][0]["IndexName"] == "back"
    assert told["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert told["TableId"] != captions.described()["TableId"]
    assert "StreamSpecification" not in told
    assert not told["DeletionProtectionEnabled"]
    assert client.list_tags_of_resource(ResourceArn=told["TableArn"])["Tags"] == []
    ttl = client.describe_time_to_live(TableName="restored")["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "DISABLED"}
    backups = client.describe_continuous_backups(TableName="restored")
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "DISABLED"


def test_a_restore_may_leave_indexes_out_and_pay_otherwise(captions: Any) -> None:
    captions.advance(3)
    restore(
        captions,
        UseLatestRestorableTime=True,
        GlobalSecondaryIndexOverride=[],
        BillingModeOverride="PROVISIONED",
    )
    told = captions.described("restored")
    assert not told.get("GlobalSecondaryIndexes")
    assert told["BillingModeSummary"]["BillingMode"] == "PROVISIONED"


def test_a_backup_is_restored_as_the_table_was_when_it_was_made(captions: Any) -> None:
    captions.put("a", "old")
    made = captions.client.create_backup(TableName="captions", BackupName="backup-1")
    arn = made["BackupDetails"]["BackupArn"]
    words = {"TargetTableName": "restored", "BackupArn": arn}
    with pytest.raises(ClientError, match="BackupInUseException"):
        captions.client.restore_table_from_backup(**words)
    captions.put("a", "new")
    captions.advance(2)
    told = captions.client.restore_table_from_backup(**words)["TableDescription"]
    assert told["RestoreSummary"]["SourceBackupArn"] == arn
    captions.advance(3)
    assert captions.texts("restored") == {"a": "old"}
    with pytest.raises(ClientError, match="TableAlreadyExistsException"):
        captions.client.restore_table_from_backup(**words)


@pytest.mark.parametrize("off", [-3600, 3600])
def test_a_moment_outside_of_the_window_is_refused(captions: Any, account: Any, off: float) -> None:
    with pytest.raises(ClientError, match="InvalidRestoreTimeException"):
        restore(captions, RestoreDateTime=account.world.clock() + timedelta(seconds=off))


def test_the_ends_of_the_window_can_be_restored(captions: Any) -> None:
    captions.advance(5)
    window = captions.window()
    assert window["LatestRestorableDateTime"] > window["EarliestRestorableDateTime"]
    restore(captions, RestoreDateTime=window["EarliestRestorableDateTime"])
    captions.client.restore_table_to_point_in_time(
        SourceTableName="captions",
        TargetTableName="another",
        RestoreDateTime=window["LatestRestorableDateTime"],
    )


def test_the_window_moves_on_and_begins_anew_with_recovery(captions: Any) -> None:
    first = captions.window()
    captions.advance(20)
    second = captions.window()
    assert second["EarliestRestorableDateTime"] == first["EarliestRestorableDateTime"]
    assert second["LatestRestorableDateTime"] > first["LatestRestorableDateTime"]
    captions.recovery(True, RecoveryPeriodInDays=7)
    assert captions.window()["RecoveryPeriodInDays"] == 7
    captions.recovery(False)
    assert captions.window() == {"PointInTimeRecoveryStatus": "DISABLED"}
    captions.recovery(True)
    assert captions.window()["EarliestRestorableDateTime"] > first["EarliestRestorableDateTime"]


def test_what_cannot_be_restored_is_refused(captions: Any) -> None:
    with pytest.raises(ClientError, match="One and only one"):
        restore(captions)
    with pytest.raises(ClientError, match="TableNotFoundException"):
        captions.client.restore_table_to_point_in_time(
            SourceTableName="nowhere", TargetTableName="restored", UseLatestRestorableTime=True
        )
    with pytest.raises(ClientError, match="BackupNotFoundException"):
        captions.client.restore_table_from_backup(
            TargetTableName="restored", BackupArn=f"{captions.described()['TableArn']}/backup/01"
        )
    with pytest.raises(ClientError, match="between 1 and 35"):
        captions.recovery(True, RecoveryPeriodInDays=36)
    captions.recovery(False)
    with pytest.raises(ClientError, match="PointInTimeRecoveryUnavailable"):
        restore(captions, UseLatestRestorableTime=True)
