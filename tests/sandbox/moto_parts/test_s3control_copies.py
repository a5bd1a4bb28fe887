"""What a job copies, in detail."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl.sandbox.batch_job import Failure, Task
from opsctl.sandbox.moto_parts.s3control_copies import LARGEST, Copies


@pytest.fixture
def copies(account: Any) -> Copies:
    s3 = account.client("s3")
    for bucket in ("pictures", "copies"):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket="pictures", Key="a", Body=b"x", StorageClass="STANDARD_IA")
    s3.put_object_tagging(
        Bucket="pictures", Key="a", Tagging={"TagSet": [{"Key": "t", "Value": "1"}]}
    )
    return Copies(account.world)


def request(**words: str) -> dict[str, Any]:
    operation = {"TargetResource": "arn:aws:s3:::copies", **words}
    return {"Operation": {"S3PutObjectCopy": operation}}


def test_a_copy_keeps_tags_and_storage_class(copies: Copies, account: Any) -> None:
    copies.copy(request(TargetKeyPrefix="in/"), Task("pictures", "a"))
    s3 = account.client("s3")
    assert s3.get_object_tagging(Bucket="copies", Key="in/a")["TagSet"][0]["Value"] == "1"
    assert s3.head_object(Bucket="copies", Key="in/a")["StorageClass"] == "STANDARD_IA"


@pytest.mark.parametrize(
    ("task", "words", "code"),
    [
        (Task("nowhere", "a"), {}, "NoSuchBucket"),
        (Task("pictures", "b"), {}, "NoSuchKey"),
        (Task("pictures", "a"), {"TargetResource": "arn:aws:s3:::nowhere"}, "NoSuchBucket"),
    ],
)
def test_what_is_not_there_is_said(
    copies: Copies, task: Task, words: dict[str, str], code: str
) -> None:
    with pytest.raises(Failure) as caught:
        copies.copy(request(**words), task)
    assert caught.value.code == code


def test_an_object_of_more_than_five_gigabytes_is_not_copied(copies: Copies, account: Any) -> None:
    account.front.controls["fill"](
        "POST", b'{"bucket":"pictures","prefix":"big/","objects":1,"size":%d}' % (LARGEST + 1)
    )
    (key,) = [name for name, _ in account.world.backend("s3").buckets["pictures"].keys.walk("big/")]
    with pytest.raises(Failure, match="larger"):
        copies.copy(request(), Task("pictures", key))
