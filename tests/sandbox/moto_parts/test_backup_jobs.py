"""AWS Backup through boto3: jobs of buckets and tables, and what lies in vaults."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/backups"
BUCKET = "arn:aws:s3:::pictures"
VAULT = "Default"


@pytest.fixture
def backup(still: Any) -> Any:
    s3 = still.client("s3")
    s3.create_bucket(Bucket="pictures")
    s3.put_bucket_versioning(Bucket="pictures", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="pictures", Key="a", Body=b"12345")
    trust = {"Statement": [{"Principal": {"Service": "backup.amazonaws.com"}}]}
    still.world.backend("iam").create_role("backups", json.dumps(trust), "/", None, "", [], 3600)
    made = still.client("backup")
    made.create_backup_vault(BackupVaultName=VAULT)
    return made


def start(backup: Any, resource: str = BUCKET, **over: Any) -> str:
    words = {"BackupVaultName": VAULT, "ResourceArn": resource, "IamRoleArn": ROLE, **over}
    return str(backup.start_backup_job(**words)["BackupJobId"])


def state(backup: Any, job: str) -> str:
    return str(backup.describe_backup_job(BackupJobId=job)["State"])


def points(backup: Any, **asked: Any) -> list[dict[str, Any]]:
    answer = backup.list_recovery_points_by_backup_vault(BackupVaultName=VAULT, **asked)
    return list(answer["RecoveryPoints"])


def test_a_bucket_is_backed_up_in_a_moment(backup: Any, still: Any) -> None:
    job = start(backup, Lifecycle={"DeleteAfterDays": 30})
    seen = [state(backup, job)]
    for _ in range(2):
        still.advance(0.9)
        seen.append(state(backup, job))
    assert seen == ["CREATED", "RUNNING", "COMPLETED"]
    (point,) = points(backup, ByResourceArn=BUCKET)
    assert (point["Status"], point["ResourceType"], point["BackupSizeInBytes"]) == (
        "COMPLETED",
        "S3",
        5,
    )
    told = backup.describe_recovery_point(
        BackupVaultName=VAULT, RecoveryPointArn=point["RecoveryPointArn"]
    )
    assert (told["CalculatedLifecycle"]["DeleteAt"] - told["CreationDate"]).days == 30
    (same,) = backup.list_recovery_points_by_resource(ResourceArn=BUCKET)["RecoveryPoints"]
    assert same["RecoveryPointArn"] == point["RecoveryPointArn"]
    assert backup.describe_backup_vault(BackupVaultName=VAULT)["NumberOfRecoveryPoints"] == 1


def test_a_table_is_backed_up_as_dynamodb_does_it(backup: Any, captions: Any, still: Any) -> None:
    captions.put("a")
    table = captions.described()["TableArn"]
    start(backup, table)
    still.advance(3)
    (point,) = points(backup, ByResourceType="DynamoDB")
    listed = captions.client.list_backups(BackupType="AWS_BACKUP")["BackupSummaries"]
    assert [it["BackupArn"] for it in listed] == [point["RecoveryPointArn"]]
    assert captions.client.list_backups(BackupType="ALL")["BackupSummaries"] == []
    captions.client.restore_table_from_backup(
        TargetTableName="restored", BackupArn=point["RecoveryPointArn"]
    )
    still.advance(3)
    assert captions.texts("restored") == {"a": "x"}


def test_the_same_token_is_the_same_job(backup: Any) -> None:
    assert start(backup, IdempotencyToken="t") == start(backup, IdempotencyToken="t")
    assert len(backup.list_backup_jobs()["BackupJobs"]) == 1


def test_jobs_are_listed_by_state_and_in_pages(backup: Any, still: Any) -> None:
    first = start(backup)
    still.advance(3)
    second = start(backup)
    done = backup.list_backup_jobs(ByState="COMPLETED", ByResourceArn=BUCKET)["BackupJobs"]
    assert [it["BackupJobId"] for it in done] == [first]
    page = backup.list_backup_jobs(MaxResults=1)
    assert [it["BackupJobId"] for it in page["BackupJobs"]] == [second]
    rest = backup.list_backup_jobs(MaxResults=1, NextToken=page["NextToken"])
    assert [it["BackupJobId"] for it in rest["BackupJobs"]] == [first]
    assert backup.list_backup_jobs(ByBackupVaultName="other")["BackupJobs"] == []


def test_a_job_that_cannot_be_done_fails_and_says_why(backup: Any, still: Any) -> None:
    role = start(backup, IamRoleArn="arn:aws:iam::123456789012:role/nobody")
    still.client("s3").create_bucket(Bucket="plain")
    plain = start(backup, "arn:aws:s3:::plain")
    still.advance(3)
    for job, why in ((role, "cannot be assumed"), (plain, "Versioning")):
        told = backup.describe_backup_job(BackupJobId=job)
        assert told["State"] == "FAILED"
        assert why in told["StatusMessage"]
    assert points(backup) == []


def test_a_job_can_be_stopped_until_it_has_ended(backup: Any, still: Any) -> None:
    stopped, done = start(backup), start(backup)
    backup.stop_backup_job(BackupJobId=stopped)
    still.advance(3)
    assert (state(backup, stopped), state(backup, done)) == ("ABORTED", "COMPLETED")
    with pytest.raises(ClientError, match="InvalidRequestException"):
        backup.stop_backup_job(BackupJobId=done)


def test_a_recovery_point_is_deleted_unless_the_vault_is_locked(backup: Any, still: Any) -> None:
    start(backup)
    still.advance(1)
    place = {
        "BackupVaultName": VAULT,
        "RecoveryPointArn": points(backup)[0]["RecoveryPointArn"],
    }
    with pytest.raises(ClientError, match="InvalidResourceStateException"):
        backup.delete_recovery_point(**place)
    still.advance(3)
    backup.delete_recovery_point(**place)
    assert points(backup) == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.delete_recovery_point(**place)
    start(backup)
    still.advance(3)
    backup.put_backup_vault_lock_configuration(BackupVaultName=VAULT, MinRetentionDays=1)
    place["RecoveryPointArn"] = points(backup)[0]["RecoveryPointArn"]
    with pytest.raises(ClientError, match="locked"):
        backup.delete_recovery_point(**place)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"ResourceArn": "arn:aws:s3:::nowhere"}, "ResourceNotFoundException"),
        ({"ResourceArn": "arn:aws:ec2:us-east-1:1:volume/v"}, "InvalidParameterValueException"),
        ({"BackupVaultName": "nowhere"}, "ResourceNotFoundException"),
        (
            {"ResourceArn": "arn:aws:dynamodb:us-east-1:123456789012:table/nowhere"},
            "ResourceNotFoundException",
        ),
    ],
)
def test_what_is_not_there_is_refused(backup: Any, over: dict[str, str], code: str) -> None:
    with pytest.raises(ClientError, match=code):
        start(backup, **over)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        state(backup, "none")


def test_calls_are_known_by_name(backup: Any, still: Any) -> None:
    backup.list_backup_jobs()
    assert still.front.calls.listed()[-1]["operation"] == "ListBackupJobs"
    assert still.front.calls.listed()[-1]["service"] == "backup"
