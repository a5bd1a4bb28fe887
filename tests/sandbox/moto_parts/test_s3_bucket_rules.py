"""What protects versions: MFA delete and Object Lock; and the rules that can be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

BUCKET = "pictures"
SOON = datetime.now(UTC) + timedelta(days=1)
LATER = SOON + timedelta(days=1)


@pytest.fixture
def s3(account: Any) -> Any:
    made = account.client("s3")
    made.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
    made.put_object(Bucket=BUCKET, Key="k", Body=b"x")
    return made


@pytest.fixture
def guarded(account: Any) -> Any:
    made = account.client("s3")
    made.create_bucket(Bucket="guarded")
    made.put_bucket_versioning(
        Bucket="guarded",
        MFA="serial 123456",
        VersioningConfiguration={"Status": "Enabled", "MFADelete": "Enabled"},
    )
    return made


def version(s3: Any) -> str:
    return str(s3.list_object_versions(Bucket=BUCKET)["Versions"][0]["VersionId"])


def erased(s3: Any, **more: Any) -> dict[str, Any]:
    wanted = [{"Key": "k", "VersionId": version(s3)}, {"Key": "other", "VersionId": "v"}]
    answer: dict[str, Any] = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": wanted}, **more)
    return answer


def retain(s3: Any, mode: str, until: datetime, **more: Any) -> None:
    s3.put_object_retention(
        Bucket=BUCKET, Key="k", Retention={"Mode": mode, "RetainUntilDate": until}, **more
    )


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_a_locked_version_is_refused_by_itself_and_the_others_go(s3: Any, mode: str) -> None:
    retain(s3, mode, SOON)
    answer = erased(s3)
    assert [(it["Key"], it["Code"], it["VersionId"]) for it in answer["Errors"]] == [
        ("k", "AccessDenied", version(s3))
    ]
    assert [it["Key"] for it in answer["Deleted"]] == ["other"]
    with pytest.raises(ClientError) as caught:
        s3.delete_object(Bucket=BUCKET, Key="k", VersionId=version(s3))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_governance_can_be_passed_over_and_compliance_cannot(s3: Any) -> None:
    retain(s3, "COMPLIANCE", SOON)
    assert erased(s3, BypassGovernanceRetention=True)["Errors"]
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"y")
    retain(s3, "GOVERNANCE", SOON)
    assert "Errors" not in erased(s3, BypassGovernanceRetention=True)


def test_a_legal_hold_keeps_until_it_is_taken_off(s3: Any) -> None:
    s3.put_object_legal_hold(Bucket=BUCKET, Key="k", LegalHold={"Status": "ON"})
    assert erased(s3, BypassGovernanceRetention=True)["Errors"]
    s3.put_object_legal_hold(Bucket=BUCKET, Key="k", LegalHold={"Status": "OFF"})
    assert "Errors" not in erased(s3)


def test_a_marker_can_be_put_on_a_locked_object(s3: Any) -> None:
    retain(s3, "COMPLIANCE", SOON)
    assert s3.delete_object(Bucket=BUCKET, Key="k")["DeleteMarker"]


def test_a_retention_is_made_longer_and_not_shorter(s3: Any) -> None:
    retain(s3, "COMPLIANCE", LATER)
    for mode, until in (("COMPLIANCE", SOON), ("GOVERNANCE", LATER)):
        with pytest.raises(ClientError, match="AccessDenied"):
            retain(s3, mode, until, BypassGovernanceRetention=True)
    retain(s3, "COMPLIANCE", LATER + timedelta(days=1))


def test_governance_is_shortened_only_by_who_may_pass_over_it(s3: Any) -> None:
    retain(s3, "GOVERNANCE", LATER)
    with pytest.raises(ClientError, match="AccessDenied"):
        retain(s3, "GOVERNANCE", SOON)
    retain(s3, "GOVERNANCE", SOON, BypassGovernanceRetention=True)


def test_a_locked_bucket_cannot_be_suspended(s3: Any) -> None:
    with pytest.raises(ClientError, match="InvalidBucketState"):
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})


def test_mfa_delete_is_told_and_refuses_every_batch_and_each_version(guarded: Any) -> None:
    assert guarded.get_bucket_versioning(Bucket="guarded")["MFADelete"] == "Enabled"
    made = guarded.put_object(Bucket="guarded", Key="k", Body=b"x")["VersionId"]
    wanted = {"Objects": [{"Key": "k", "VersionId": made}, {"Key": "without"}]}
    with pytest.raises(ClientError, match=r"AccessDenied.*Mfa"):
        guarded.delete_objects(Bucket="guarded", Delete=wanted)
    with pytest.raises(ClientError, match=r"AccessDenied.*Mfa"):
        guarded.delete_object(Bucket="guarded", Key="k", VersionId=made)
    assert guarded.delete_object(Bucket="guarded", Key="k")["DeleteMarker"]
    answer = guarded.delete_objects(Bucket="guarded", Delete=wanted, MFA="serial 123456")
    assert "Errors" not in answer


def test_mfa_delete_is_not_turned_off_without_a_code(guarded: Any) -> None:
    off = {"Status": "Enabled", "MFADelete": "Disabled"}
    with pytest.raises(ClientError, match="AccessDenied"):
        guarded.put_bucket_versioning(Bucket="guarded", VersioningConfiguration=off)
    guarded.put_bucket_versioning(
        Bucket="guarded", VersioningConfiguration=off, MFA="serial 123456"
    )
    assert guarded.get_bucket_versioning(Bucket="guarded")["MFADelete"] == "Disabled"


def test_replication_and_lifecycle_can_be_read_or_are_said_to_be_missing(s3: Any) -> None:
    with pytest.raises(ClientError, match="ReplicationConfigurationNotFoundError"):
        s3.get_bucket_replication(Bucket=BUCKET)
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)
    s3.create_bucket(Bucket="copies")
    rule = {
        "ID": "all",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": "arn:aws:s3:::copies"},
    }
    s3.put_bucket_replication(
        Bucket=BUCKET,
        ReplicationConfiguration={"Role": "arn:aws:iam::123456789012:role/r", "Rules": [rule]},
    )
    s3.put_bucket_lifecycle_configuration(
        Bucket=BUCKET,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "old",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
                }
            ]
        },
    )
    read = s3.get_bucket_replication(Bucket=BUCKET)["ReplicationConfiguration"]["Rules"][0]
    kept = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"][0]
    assert read["Destination"]["Bucket"] == "arn:aws:s3:::copies"
    assert read["Status"] == "Enabled"
    assert kept["NoncurrentVersionExpiration"]["NoncurrentDays"] == 30
