"""S3's listings through boto3: order, pages, markers, odd keys."""

from __future__ import annotations

import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError

BUCKET = "pictures"
ODD = 'a/ü €+&<"%41 =?#/x'


@pytest.fixture
def s3(account: Any) -> Any:
    made = account.client("s3")
    made.create_bucket(Bucket=BUCKET)
    made.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return made


def put(s3: Any, *keys: str) -> list[str]:
    return [s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")["VersionId"] for key in keys]


def entries(page: dict[str, Any]) -> list[tuple[str, str]]:
    both = page.get("Versions", []) + page.get("DeleteMarkers", [])
    return [(it["Key"], it["VersionId"]) for it in both]


def test_versions_come_by_key_and_the_newest_first(s3: Any) -> None:
    old, other, new = put(s3, "b", "a", "b")
    page = s3.list_object_versions(Bucket=BUCKET)
    assert entries(page) == [("a", other), ("b", new), ("b", old)]
    assert [it["IsLatest"] for it in page["Versions"]] == [True, True, False]
    assert not page["IsTruncated"]


def test_a_delete_marker_is_the_latest_of_its_key(s3: Any) -> None:
    put(s3, "k")
    s3.delete_object(Bucket=BUCKET, Key="k")
    page = s3.list_object_versions(Bucket=BUCKET)
    assert page["DeleteMarkers"][0]["IsLatest"]
    assert not page["Versions"][0]["IsLatest"]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pages_hold_everything_once_wherever_they_are_cut(s3: Any, size: int) -> None:
    put(s3, "a", ODD, "a", ODD, "a", "b")
    s3.delete_object(Bucket=BUCKET, Key="a")
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=BUCKET, PaginationConfig={"PageSize": size}
    )
    found = [each for page in pages for each in entries(page)]
    assert len(found) == len(set(found)) == 7


def test_a_listing_goes_on_behind_a_version_that_was_deleted_meanwhile(s3: Any) -> None:
    versions = put(s3, "k", "k", "k", "k")
    first = s3.list_object_versions(Bucket=BUCKET, MaxKeys=2)
    gone = [{"Key": key, "VersionId": version} for key, version in entries(first)]
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": gone})
    second = s3.list_object_versions(
        Bucket=BUCKET,
        KeyMarker=first["NextKeyMarker"],
        VersionIdMarker=first["NextVersionIdMarker"],
    )
    assert entries(second) == [("k", versions[1]), ("k", versions[0])]


def test_a_key_marker_alone_begins_behind_the_key(s3: Any) -> None:
    put(s3, "a", "b", "b", "c")
    page = s3.list_object_versions(Bucket=BUCKET, KeyMarker="b")
    assert [key for key, _ in entries(page)] == ["c"]


@pytest.mark.parametrize(
    "asked",
    [{"VersionIdMarker": "x"}, {"KeyMarker": "k", "VersionIdMarker": "x"}, {"MaxKeys": -1}],
)
def test_a_marker_that_means_nothing_is_refused(s3: Any, asked: dict[str, Any]) -> None:
    put(s3, "k")
    with pytest.raises(ClientError, match="InvalidArgument"):
        s3.list_object_versions(Bucket=BUCKET, **asked)


def test_a_prefix_is_no_folder_and_a_delimiter_makes_folders(s3: Any) -> None:
    put(s3, "1/x", "12/x", "1/y", "top")
    page = s3.list_object_versions(Bucket=BUCKET, Prefix="1")
    assert [key for key, _ in entries(page)] == ["1/x", "1/y", "12/x"]
    paged = s3.get_paginator("list_object_versions").paginate(
        Bucket=BUCKET, Delimiter="/", PaginationConfig={"PageSize": 1}
    )
    found = [
        [it["Prefix"] for it in page.get("CommonPrefixes", [])] or entries(page)[0][0]
        for page in paged
    ]
    assert found == [["1/"], ["12/"], "top"]


def test_no_page_is_larger_than_a_thousand(s3: Any, account: Any) -> None:
    account.front.controls["fill"](
        "POST", b'{"bucket": "pictures", "prefix": "p/", "objects": 1001}'
    )
    page = s3.list_object_versions(Bucket=BUCKET, MaxKeys=5000)
    assert (len(page["Versions"]), page["MaxKeys"], page["IsTruncated"]) == (1000, 1000, True)


def test_keys_are_encoded_only_where_it_is_asked(s3: Any, account: Any) -> None:
    put(s3, ODD)
    address = f"{account.endpoint_url}/{BUCKET}?versions"
    plain = urllib.request.urlopen(address).read().decode()
    encoded = urllib.request.urlopen(f"{address}&encoding-type=url").read().decode()
    assert "<Key>a/ü €+&amp;&lt;&quot;%41 =?#/x</Key>" in plain
    assert "<Key>a/%C3%BC%20%E2%82%AC%2B%26%3C%22%2541%20%3D%3F%23/x</Key>" in encoded


def test_objects_are_those_whose_newest_version_is_no_marker(s3: Any) -> None:
    put(s3, "a", "b", ODD, "d")
    s3.delete_object(Bucket=BUCKET, Key="b")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=BUCKET, PaginationConfig={"PageSize": 1}
    )
    assert [it["Key"] for page in pages for it in page["Contents"]] == ["a", ODD, "d"]
    after = s3.list_objects_v2(Bucket=BUCKET, StartAfter="b", FetchOwner=True)
    assert after["KeyCount"] == 1
    assert after["Contents"][0]["Owner"]["ID"]


def test_a_continuation_token_of_nobody_is_refused(s3: Any) -> None:
    with pytest.raises(ClientError, match="InvalidArgument"):
        s3.list_objects_v2(Bucket=BUCKET, ContinuationToken="é")


def test_a_bucket_that_is_not_there_is_said_to_be_missing(s3: Any) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.list_object_versions(Bucket="nowhere")
