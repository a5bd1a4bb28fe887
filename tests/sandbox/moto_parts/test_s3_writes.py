"""Versions through the states of versioning: off, on, suspended."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

BUCKET = "pictures"


@pytest.fixture
def s3(account: Any) -> Any:
    made = account.client("s3")
    made.create_bucket(Bucket=BUCKET)
    return made


def versioning(s3: Any, status: str) -> None:
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": status})


def put(s3: Any, body: bytes) -> str | None:
    answer: dict[str, Any] = s3.put_object(Bucket=BUCKET, Key="k", Body=body)
    return answer.get("VersionId")


def ids(s3: Any) -> list[str]:
    page = s3.list_object_versions(Bucket=BUCKET)
    return [it["VersionId"] for it in page.get("Versions", [])]


def test_what_was_there_before_versioning_is_the_null_version(s3: Any) -> None:
    assert put(s3, b"first") is None
    versioning(s3, "Enabled")
    second = put(s3, b"second")
    assert ids(s3) == [second, "null"]


def test_suspended_replaces_only_the_null_version(s3: Any) -> None:
    versioning(s3, "Enabled")
    one, two = put(s3, b"1"), put(s3, b"2")
    versioning(s3, "Suspended")
    assert put(s3, b"3") == "null"
    assert ids(s3) == ["null", two, one]
    put(s3, b"4")
    assert ids(s3) == ["null", two, one]
    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"4"
    versioning(s3, "Enabled")
    five = put(s3, b"5")
    assert ids(s3) == [five, "null", two, one]


def test_a_delete_while_suspended_makes_a_null_marker_and_leaves_older_versions(s3: Any) -> None:
    versioning(s3, "Enabled")
    one = put(s3, b"1")
    versioning(s3, "Suspended")
    put(s3, b"2")
    gone = s3.delete_object(Bucket=BUCKET, Key="k")
    assert (gone["DeleteMarker"], gone["VersionId"]) == (True, "null")
    page = s3.list_object_versions(Bucket=BUCKET)
    assert [it["VersionId"] for it in page["DeleteMarkers"]] == ["null"]
    assert ids(s3) == [one]
    s3.delete_object(Bucket=BUCKET, Key="k", VersionId="null")
    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"1"


def test_an_older_version_can_be_read_while_suspended(s3: Any) -> None:
    versioning(s3, "Enabled")
    one = put(s3, b"1")
    versioning(s3, "Suspended")
    put(s3, b"22")
    assert s3.head_object(Bucket=BUCKET, Key="k", VersionId=one)["ContentLength"] == 1
    assert s3.get_object(Bucket=BUCKET, Key="k", VersionId=one)["Body"].read() == b"1"
    with pytest.raises(ClientError):
        s3.head_object(Bucket=BUCKET, Key="k", VersionId="none")


def test_a_put_that_fails_leaves_what_was_there(s3: Any) -> None:
    versioning(s3, "Enabled")
    one = put(s3, b"1")
    with pytest.raises(ClientError, match="InvalidStorageClass"):
        s3.put_object(Bucket=BUCKET, Key="k", Body=b"2", StorageClass="ODD")
    assert ids(s3) == [one]


def test_an_older_version_copied_over_its_key_becomes_the_newest(s3: Any) -> None:
    versioning(s3, "Enabled")
    one, two = put(s3, b"1"), put(s3, b"2")
    source = {"Bucket": BUCKET, "Key": "k", "VersionId": one}
    three = s3.copy_object(Bucket=BUCKET, Key="k", CopySource=source)["VersionId"]
    assert ids(s3) == [three, two, one]
    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"1"


def test_a_version_is_as_old_as_the_worlds_clock_says(s3: Any, account: Any) -> None:
    versioning(s3, "Enabled")
    put(s3, b"1")
    account.advance(3)
    put(s3, b"2")
    new, old = (it["LastModified"] for it in s3.list_object_versions(Bucket=BUCKET)["Versions"])
    assert (new - old).total_seconds() >= 3
