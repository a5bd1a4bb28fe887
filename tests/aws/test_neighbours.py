from __future__ import annotations

import pytest
from erasing import door, put

from opsctl.aws import Aws
from opsctl.aws.neighbours import missing, near
from opsctl.sandbox.emulator import Emulator
from opsctl.targets.data_map import BucketData

MINE = "images/1/"


@pytest.fixture(scope="module")
def aws(emulator: Emulator) -> Aws:
    aws = door(emulator)
    for key in ("1/a", "10/a", "1-x/a", "1/b", "2/a", "1!/a"):
        put(aws, f"images/{key}")
    return aws


@pytest.fixture
def data(aws: Aws) -> BucketData:
    return BucketData(aws.target.bucket, "images/{user_id}/")


def test_what_begins_almost_alike_and_what_follows_is_seen_and_nothing_of_one_s_own(
    aws: Aws, data: BucketData
) -> None:
    keys = {entry[0] for entry in near(aws, data, MINE).entries}
    assert {"images/10/a", "images/1-x/a", "images/2/a", "images/1!/a"} <= keys
    assert not any(key.startswith(MINE) for key in keys)


def test_what_others_added_or_deleted_visibly_is_no_loss_but_a_lost_version_is(
    aws: Aws, data: BucketData
) -> None:
    before = near(aws, data, MINE)
    put(aws, "images/10/a")
    put(aws, "images/11/a")
    with aws.changing():
        aws.client("s3").delete_object(Bucket=data.bucket, Key="images/1-x/a")
    assert missing(aws, data, MINE, before) == 0
    version = next(entry[1] for entry in before.entries if entry[0] == "images/2/a")
    with aws.changing():
        aws.client("s3").delete_object(Bucket=data.bucket, Key="images/2/a", VersionId=version)
    assert missing(aws, data, MINE, before) == 1


def test_what_lies_beyond_the_second_look_is_not_called_lost(
    aws: Aws, data: BucketData, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = near(aws, data, MINE)
    monkeypatch.setattr("opsctl.aws.neighbours.SECOND", 2)
    assert missing(aws, data, MINE, before) == 0
