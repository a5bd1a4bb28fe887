"""Buckets."""

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.s3 import Bucket


def make(aws: Aws, name: str) -> None:
    with aws.changing():
        aws.client("s3").create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )


def test_a_bucket_tells_its_region_and_whether_it_keeps_versions(aws: Aws) -> None:
    make(aws, "images")
    assert aws.s3.bucket("images") == Bucket("images", "eu-west-1", "Off")
    with aws.changing():
        aws.client("s3").put_bucket_versioning(
            Bucket="images", VersioningConfiguration={"Status": "Enabled"}
        )
    assert aws.s3.bucket("images").versioning == "Enabled"


def test_a_bucket_that_is_not_there_is_not_found(aws: Aws) -> None:
    with pytest.raises(errors.NotFound, match="s3:HeadBucket"):
        aws.s3.bucket("nothing-here")


def test_every_bucket_is_listed(aws: Aws) -> None:
    make(aws, "images")
    make(aws, "backups")
    assert sorted(aws.s3.bucket_names()) == ["backups", "images"]
