"""What S3 asks for depends on which way the bytes go, and on whether versions go with them."""

from __future__ import annotations

from opsctl.aws.permissions.object_grants import SPECIAL


def on(operation: str, at: str) -> set[tuple[str, str]]:
    return {(it.action, it.place) for it in SPECIAL[f"s3:{operation}", at]}


def test_a_copy_reads_here_and_writes_there() -> None:
    found = on("CopyObject", "backup bucket")
    assert ("s3:GetObjectVersion", "bucket objects") in found
    assert ("s3:PutObject", "backup bucket objects") in found
    assert ("s3:PutObject", "bucket objects") not in found


def test_a_restore_takes_from_both_and_deletes_no_version() -> None:
    found = on("CopyObject", "bucket")
    assert ("s3:GetObjectVersion", "backup bucket objects") in found
    assert ("s3:PutObject", "backup bucket objects") not in found
    assert on("DeleteObject", "bucket") == {("s3:DeleteObject", "bucket objects")}


def test_an_erasure_deletes_versions_where_the_data_lies() -> None:
    assert ("s3:DeleteObjectVersion", "data objects") in on("DeleteObjects", "data")
    assert on("ListObjectVersions", "data") == {("s3:ListBucketVersions", "data buckets")}
