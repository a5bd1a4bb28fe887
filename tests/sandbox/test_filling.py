"""A user with very much data is made at once, and reads like one who uploaded it."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl.errors import UsageProblem
from opsctl.sandbox.control import ask
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.filling import Filling

PREFIX = "images/erin/"


@pytest.fixture
def client(emulator: Emulator) -> Any:
    import boto3

    session: Any = boto3.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
    )

    def made(service: str) -> Any:
        return session.client(service, endpoint_url=emulator.endpoint_url)

    return made


def fill(emulator: Emulator, **asked: Any) -> Any:
    return ask(emulator.endpoint_url, "POST", "fill", asked)


def test_objects_versions_markers_and_uploads_are_made(emulator: Emulator, client: Any) -> None:
    bucket = emulator.world.names.bucket
    made = fill(
        emulator,
        bucket=bucket,
        prefix=PREFIX,
        objects=20,
        versions=3,
        markers=5,
        uploads=4,
        size=100,
        awkward=True,
    )
    assert made == {"objects": 20, "versions": 60, "markers": 5, "uploads": 4, "bytes": 6000}
    s3 = client("s3")
    page = s3.list_object_versions(Bucket=bucket, Prefix=PREFIX)
    assert (len(page["Versions"]), len(page["DeleteMarkers"])) == (60, 5)
    assert sum(it["IsLatest"] for it in page["Versions"]) == 15
    assert len(s3.list_multipart_uploads(Bucket=bucket, Prefix=PREFIX)["Uploads"]) == 4


def test_each_version_has_a_content_of_its_own_that_can_be_read_and_copied(
    emulator: Emulator, client: Any
) -> None:
    bucket, s3 = emulator.world.names.bucket, client("s3")
    fill(emulator, bucket=bucket, prefix="images/fred/", objects=1, versions=2, size=500)
    held = s3.list_object_versions(Bucket=bucket, Prefix="images/fred/")["Versions"]
    key = held[0]["Key"]
    read = [s3.get_object(Bucket=bucket, Key=key, VersionId=it["VersionId"]) for it in held]
    contents = [it["Body"].read() for it in read]
    assert contents[0] != contents[1]
    assert [len(it) for it in contents] == [500, 500]
    assert [it["ETag"] for it in read] == [it["ETag"] for it in held]
    source = {"Bucket": bucket, "Key": key, "VersionId": held[1]["VersionId"]}
    s3.copy_object(Bucket=bucket, Key=key, CopySource=source)
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == contents[1]


def test_items_of_one_partition_are_made_with_awkward_sort_keys(
    emulator: Emulator, client: Any
) -> None:
    table, dynamodb = emulator.world.names.table, client("dynamodb")
    asked = {"table": table, "key": {"PK": "USER#erin"}, "items": 30, "awkward": True}
    assert fill(emulator, **asked) == {"items": 30}
    found = dynamodb.query(
        TableName=table,
        KeyConditionExpression="PK = :p",
        ExpressionAttributeValues={":p": {"S": "USER#erin"}},
    )["Items"]
    sort_keys = "".join(it["SK"]["S"] for it in found)
    assert len(found) == 30
    assert all(sign in sort_keys for sign in ('"', "\\", "\n", "'", "ü", "🙂"))
    assert fill(emulator, **asked) == {"items": 0}


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"bucket": "nowhere", "prefix": "x/"}, "no bucket nowhere"),
        ({"table": "nowhere", "key": {"PK": "x"}, "items": 1}, "no table nowhere"),
        ({"table": "image_captions", "key": {"SK": "x"}, "items": 1}, "key must be"),
        ({"bucket": "nowhere", "prefix": "x/", "objects": -1}, "objects must be 0 to"),
        ({"bucket": "nowhere", "prefix": "x/", "colour": "red"}, "colour"),
        ({"prefix": "x/"}, "bucket"),
    ],
)
def test_a_bad_request_says_why(emulator: Emulator, asked: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageProblem, match=why):
        fill(emulator, **asked)


def test_a_bucket_without_versions_takes_one_of_each_key(emulator: Emulator, client: Any) -> None:
    client("s3").create_bucket(Bucket="plain")
    assert fill(emulator, bucket="plain", prefix="x/", objects=2)["versions"] == 2
    with pytest.raises(UsageProblem, match="keeps one version"):
        fill(emulator, bucket="plain", prefix="x/", objects=2, versions=2)


def test_it_is_asked_with_post(emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="POST"):
        Filling(emulator.world).control("GET", b"{}")
