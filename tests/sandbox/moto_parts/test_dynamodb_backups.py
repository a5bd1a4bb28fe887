"""Backups of tables as DynamoDB makes, lists and keeps them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


def make(captions: Any, name: str = "backup-1") -> dict[str, Any]:
    answer = captions.client.create_backup(TableName="captions", BackupName=name)
    found: dict[str, Any] = answer["BackupDetails"]
    return found


def names(captions: Any, **asked: Any) -> list[str]:
    answer = captions.client.list_backups(**asked)
    return [it["BackupName"] for it in answer["BackupSummaries"]]


def test_a_backup_takes_a_moment_and_knows_its_table(captions: Any) -> None:
    captions.put("a")
    made = make(captions)
    assert made["BackupStatus"] == "CREATING"
    captions.advance(2)
    told = captions.client.describe_backup(BackupArn=made["BackupArn"])["BackupDescription"]
    assert told["BackupDetails"]["BackupStatus"] == "AVAILABLE"
    assert told["BackupDetails"]["BackupSizeBytes"] > 0
    assert told["SourceTableDetails"]["ItemCount"] == 1
    assert told["SourceTableDetails"]["TableId"] == captions.described()["TableId"]
    features = told["SourceTableFeatureDetails"]
    assert features["TimeToLiveDescription"]["AttributeName"] == "ttl"
    assert features["StreamDescription"]["StreamViewType"] == "KEYS_ONLY"
    assert features["GlobalSecondaryIndexes"][0]["IndexName"] == "back"


def test_a_second_one_waits_for_the_first(captions: Any) -> None:
    first = make(captions)
    with pytest.raises(ClientError, match="BackupInUseException"):
        make(captions)
    with pytest.raises(ClientError, match="BackupInUseException"):
        captions.client.delete_backup(BackupArn=first["BackupArn"])
    captions.advance(2)
    make(captions)


def test_a_deleted_backup_is_gone(captions: Any) -> None:
    made = make(captions)
    captions.advance(2)
    told = captions.client.delete_backup(BackupArn=made["BackupArn"])["BackupDescription"]
    assert told["BackupDetails"]["BackupStatus"] == "DELETED"
    assert names(captions) == []
    with pytest.raises(ClientError, match="BackupNotFoundException"):
        captions.client.describe_backup(BackupArn=made["BackupArn"])


def test_a_list_comes_in_pages(captions: Any) -> None:
    for index in range(3):
        make(captions, f"backup-{index}")
        captions.advance(2)
    first = captions.client.list_backups(Limit=2)
    last = first["LastEvaluatedBackupArn"]
    assert [it["BackupName"] for it in first["BackupSummaries"]] == ["backup-0", "backup-1"]
    assert names(captions, ExclusiveStartBackupArn=last) == ["backup-2"]
    assert names(
        captions, TimeRangeLowerBound=first["BackupSummaries"][1]["BackupCreationDateTime"]
    )
    assert names(captions, TableName="another") == []


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_of_none_or_too_many_is_refused(captions: Any, limit: int) -> None:
    with pytest.raises(Exception, match=r"[Ll]imit"):
        captions.client.list_backups(Limit=limit)


def test_a_deleted_table_with_recovery_leaves_a_backup_that_only_some_lists_show(
    captions: Any,
) -> None:
    captions.put("a", "kept")
    captions.client.update_table(TableName="captions", DeletionProtectionEnabled=False)
    captions.client.delete_table(TableName="captions")
    assert names(captions) == []
    assert names(captions, BackupType="ALL") == ["captions$DeletedTableBackup"]
    (found,) = captions.client.list_backups(BackupType="SYSTEM")["BackupSummaries"]
    kept = found["BackupExpiryDateTime"] - found["BackupCreationDateTime"]
    assert (found["BackupStatus"], kept.days) == ("AVAILABLE", 35)
    with pytest.raises(ClientError, match="System backups cannot be deleted"):
        captions.client.delete_backup(BackupArn=found["BackupArn"])
    captions.client.restore_table_from_backup(
        TargetTableName="captions", BackupArn=found["BackupArn"]
    )
    captions.advance(3)
    assert captions.texts() == {"a": "kept"}


def test_a_deleted_table_without_recovery_leaves_nothing(captions: Any) -> None:
    captions.recovery(False)
    captions.client.update_table(TableName="captions", DeletionProtectionEnabled=False)
    captions.client.delete_table(TableName="captions")
    assert names(captions, BackupType="ALL") == []


@pytest.mark.parametrize(
    ("table", "name", "code"),
    [
        ("nowhere", "backup-1", "TableNotFoundException"),
        ("captions", "no spaces", "ValidationException"),
    ],
)
def test_a_bad_request_is_refused(captions: Any, table: str, name: str, code: str) -> None:
    with pytest.raises(ClientError, match=code):
        captions.client.create_backup(TableName=table, BackupName=name)
