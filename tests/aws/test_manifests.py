"""What lies beside the copies: heads and manifests."""

from dataclasses import replace

import pytest
from copies import Buckets

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.manifests import FOLDER, Head, Record
from opsctl.sandbox.emulator import Emulator


@pytest.fixture
def buckets(door: Aws, emulator: Emulator) -> Buckets:
    return Buckets(door, emulator)


def head(name: str, began: str = "2026-11-24T03:00:00+00:00") -> Head:
    return Head(name=name, source="pictures", began=began, who="arn:aws:iam::1:user/ana")


def records(*keys: str) -> list[Record]:
    return [Record(key, "v", 3, "e", "c") for key in keys]


def test_parts_are_read_back_in_order_with_awkward_keys(buckets: Buckets) -> None:
    manifests = buckets.aws.manifests
    awkward = records('a"\\', "b\nc", "ü 🙂", "z")
    with buckets.aws.changing():
        made = manifests.write_part(buckets.backup, head("one"), awkward[:2])
        made = manifests.write_part(buckets.backup, made, awkward[2:])
    assert list(manifests.records(buckets.backup, made)) == awkward
    assert manifests.head(buckets.backup, "one") == made
    assert len(made.parts) == 2


def test_heads_are_listed_by_age_the_newest_first(buckets: Buckets) -> None:
    with buckets.aws.changing():
        for hour in (3, 5, 4):
            it = head(f"at-{hour}", f"2026-11-24T0{hour}:00:00+00:00")
            buckets.aws.manifests.write_head(buckets.backup, it)
    listed = [it.name for it in buckets.aws.manifests.heads(buckets.backup)]
    assert listed == ["at-5", "at-4", "at-3"]


def test_an_unknown_name_tells_those_there_are(buckets: Buckets) -> None:
    with pytest.raises(errors.NotFound) as raised:
        buckets.aws.manifests.head(buckets.backup, "two")
    assert "none at all" in raised.value.hint
    with buckets.aws.changing():
        buckets.aws.manifests.write_head(buckets.backup, head("one"))
    with pytest.raises(errors.NotFound) as raised:
        buckets.aws.manifests.head(buckets.backup, "two")
    assert raised.value.hint == "There are: one"


def test_a_part_that_was_changed_is_not_believed(buckets: Buckets) -> None:
    with buckets.aws.changing():
        made = buckets.aws.manifests.write_part(buckets.backup, head("one"), records("a"))
        buckets.s3.put_object(
            Bucket=buckets.backup,
            Key=f"{FOLDER}one/000001-{made.parts[0][:16]}.jsonl.gz",
            Body=b"else",
        )
    with pytest.raises(errors.OpsctlError, match="not what was written"):
        list(buckets.aws.manifests.records(buckets.backup, made))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[]",
        b'{"name":"x","source":"s","began":"2026-11-24T03:00:00","who":"w"}',
        b"\xff",
    ],
)
def test_a_head_that_cannot_be_understood_is_named_and_not_passed_over(
    buckets: Buckets, text: bytes
) -> None:
    with buckets.aws.changing():
        buckets.aws.manifests.write_head(buckets.backup, head("one"))
        buckets.s3.put_object(Bucket=buckets.backup, Key=f"{FOLDER}two.json", Body=text)
    with pytest.raises(errors.Forbidden, match=r"two\.json is not the head"):
        buckets.aws.manifests.heads(buckets.backup)


def test_only_a_complete_backup_is_whole(buckets: Buckets) -> None:
    manifests = buckets.aws.manifests
    assert not manifests.is_whole(buckets.backup, "one")
    with buckets.aws.changing():
        manifests.write_head(buckets.backup, head("one"))
        assert not manifests.is_whole(buckets.backup, "one")
        manifests.write_head(buckets.backup, replace(head("one"), complete=True))
    assert manifests.is_whole(buckets.backup, "one")


def test_a_field_that_a_later_version_added_is_no_hindrance(buckets: Buckets) -> None:
    text = (
        b'{"name":"new","source":"s","began":"2026-11-24T03:00:00+00:00","who":"w",'
        b'"colour":"red","parts":["x"]}'
    )
    with buckets.aws.changing():
        buckets.s3.put_object(Bucket=buckets.backup, Key=f"{FOLDER}new.json", Body=text)
    found = buckets.aws.manifests.head(buckets.backup, "new")
    assert (found.name, found.parts, found.complete) == ("new", ("x",), False)
