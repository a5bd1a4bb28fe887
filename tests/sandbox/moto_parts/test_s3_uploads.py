"""Unfinished uploads are listed by key and page by page."""

from __future__ import annotations

from typing import Any

import pytest

BUCKET = "pictures"


@pytest.fixture
def s3(account: Any) -> Any:
    made = account.client("s3")
    made.create_bucket(Bucket=BUCKET)
    return made


def begin(s3: Any, key: str) -> str:
    return str(s3.create_multipart_upload(Bucket=BUCKET, Key=key)["UploadId"])


def test_uploads_come_by_key_then_in_the_order_of_their_beginning(s3: Any) -> None:
    made = [(key, begin(s3, key)) for key in ("b", "a é&", "b")]
    pages = s3.get_paginator("list_multipart_uploads").paginate(
        Bucket=BUCKET, PaginationConfig={"PageSize": 1}
    )
    found = [(it["Key"], it["UploadId"]) for page in pages for it in page["Uploads"]]
    assert found == [made[1], made[0], made[2]]


def test_a_key_marker_alone_begins_behind_the_key(s3: Any) -> None:
    for key in ("a", "b", "b", "c"):
        begin(s3, key)
    page = s3.list_multipart_uploads(Bucket=BUCKET, KeyMarker="b")
    assert [it["Key"] for it in page["Uploads"]] == ["c"]


def test_only_those_with_the_prefix_are_listed_and_an_aborted_one_is_gone(s3: Any) -> None:
    kept, gone = begin(s3, "1/x"), begin(s3, "1/y")
    begin(s3, "12/x")
    s3.abort_multipart_upload(Bucket=BUCKET, Key="1/y", UploadId=gone)
    page = s3.list_multipart_uploads(Bucket=BUCKET, Prefix="1/")
    assert [it["UploadId"] for it in page["Uploads"]] == [kept]
    assert not page["IsTruncated"]
