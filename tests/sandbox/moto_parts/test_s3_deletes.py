"""S3's deletes: by version, by marker, many at once, and those that are refused."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError

BUCKET = "pictures"


@pytest.fixture
def s3(account: Any) -> Any:
    made = account.client("s3")
    made.create_bucket(Bucket=BUCKET)
    made.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return made


def versions(s3: Any) -> list[str]:
    page = s3.list_object_versions(Bucket=BUCKET)
    return [it["VersionId"] for it in page.get("Versions", []) + page.get("DeleteMarkers", [])]


def test_a_delete_without_a_version_makes_a_marker_even_for_a_key_that_never_was(s3: Any) -> None:
    made = s3.delete_object(Bucket=BUCKET, Key="never")
    assert made["DeleteMarker"]
    assert versions(s3) == [made["VersionId"]]


def test_deleting_the_marker_brings_the_object_back(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"kept")
    marker = s3.delete_object(Bucket=BUCKET, Key="k")["VersionId"]
    with pytest.raises(ClientError, match="404"):
        s3.head_object(Bucket=BUCKET, Key="k")
    assert s3.delete_object(Bucket=BUCKET, Key="k", VersionId=marker)["DeleteMarker"]
    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"kept"


def test_many_are_deleted_by_version_and_what_is_absent_counts_as_deleted(s3: Any) -> None:
    kept, gone = (s3.put_object(Bucket=BUCKET, Key="k", Body=b"x")["VersionId"] for _ in "ab")
    wanted = [{"Key": "k", "VersionId": gone}, {"Key": "absent", "VersionId": "v"}, {"Key": "k"}]
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": wanted})
    marker = answer["Deleted"].pop()
    assert answer["Deleted"] == wanted[:2]
    assert marker["DeleteMarker"]
    assert set(versions(s3)) == {kept, marker["DeleteMarkerVersionId"]}


def test_quiet_tells_only_errors(s3: Any) -> None:
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "k"}], "Quiet": True})
    assert not {"Deleted", "Errors"} & set(answer)


@pytest.mark.parametrize("count", [0, 1001])
def test_none_or_more_than_a_thousand_keys_are_malformed(s3: Any, count: int) -> None:
    with pytest.raises(ClientError, match="MalformedXML"):
        s3.delete_objects(
            Bucket=BUCKET, Delete={"Objects": [{"Key": f"{it}"} for it in range(count)]}
        )


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "InvalidRequest"),
        ({"Content-MD5": "AAAA"}, "BadDigest"),
        ({"x-amz-checksum-crc32": "AAAA"}, "BadDigest"),
        ({"x-amz-checksum-sha256": "AAAA"}, "BadDigest"),
    ],
)
def test_a_body_without_its_right_checksum_is_refused(
    s3: Any, account: Any, headers: dict[str, str], code: str
) -> None:
    request = urllib.request.Request(
        f"{account.endpoint_url}/{BUCKET}?delete",
        data=b"<Delete><Object><Key>k</Key></Object></Delete>",
        headers={"Content-Type": "application/xml", **headers},
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    assert f"<Code>{code}</Code>" in caught.value.read().decode()
    assert versions(s3) == []


def test_a_share_of_the_keys_fails_on_purpose_and_the_others_are_deleted(
    s3: Any, account: Any
) -> None:
    keys = [{"Key": f"k{it}", "VersionId": "null"} for it in range(4)]
    account.front.faults.add({"kind": "per-key", "share": 0.3, "code": "SlowDown", "times": 1})
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": keys})
    assert [(it["Key"], it["VersionId"], it["Code"]) for it in answer["Errors"]] == [
        ("k0", "null", "SlowDown"),
        ("k1", "null", "SlowDown"),
    ]
    assert len(answer["Deleted"]) == 2
    assert "Errors" not in s3.delete_objects(Bucket=BUCKET, Delete={"Objects": keys})


def test_a_condition_on_the_content_is_checked(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"x")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.delete_object(Bucket=BUCKET, Key="k", IfMatch='"another"')
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.delete_object(Bucket=BUCKET, Key="absent", IfMatch='"another"')


def test_an_object_of_a_bucket_without_versions_is_gone_for_good(s3: Any) -> None:
    s3.create_bucket(Bucket="plain")
    s3.put_object(Bucket="plain", Key="k", Body=b"x")
    s3.delete_object(Bucket="plain", Key="k")
    assert "Versions" not in s3.list_object_versions(Bucket="plain")
    s3.delete_bucket(Bucket="plain")
