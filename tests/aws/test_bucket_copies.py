"""A bucket and its backup bucket: what would be copied, and whether the copies are there."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from copies import Buckets

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.bucket_copies import Survey
from opsctl.sandbox.emulator import Emulator


@pytest.fixture
def buckets(door: Aws, emulator: Emulator) -> Iterator[Buckets]:
    yield Buckets(door, emulator)
    emulator.front.faults.clear()


def survey(buckets: Buckets) -> Survey:
    return Aws(buckets.aws.target).bucket_copies.survey(buckets.source, buckets.backup)


def test_everything_is_new_at_first_and_nothing_afterwards(buckets: Buckets) -> None:
    for name in ("a", "b", "c"):
        buckets.put(name, b"12345")
    first = survey(buckets)
    assert (first.objects, first.added, first.bytes_to_copy) == (3, 3, 15)
    assert not first.nothing_new
    answer = buckets.back_up("one")
    assert (answer["copied"], answer["kept"], answer["objects"]) == (3, 0, 3)
    again = survey(buckets)
    assert (again.same, again.recorded, again.to_copy, again.latest) == (3, 3, 0, "one")
    assert again.nothing_new


def test_what_became_empty_or_smaller_is_told_before_it_is_copied(buckets: Buckets) -> None:
    for name in ("empty", "less", "more", "gone"):
        buckets.put(name, b"12345")
    buckets.back_up("one")
    buckets.put("empty", b"")
    buckets.put("less", b"12")
    buckets.put("more", b"123456789")
    buckets.delete("gone")
    found = survey(buckets)
    assert (found.replaced, found.emptied, found.shrunken, found.gone) == (3, 1, 1, 1)
    assert not found.nothing_new


def test_a_deletion_alone_is_something_new(buckets: Buckets) -> None:
    buckets.put("a", b"1")
    buckets.put("b", b"1")
    buckets.back_up("one")
    buckets.delete("b")
    assert not survey(buckets).nothing_new
    assert buckets.back_up("two")["objects"] == 1
    assert survey(buckets).nothing_new


def test_a_corrupt_source_does_not_take_the_good_copy_away(buckets: Buckets) -> None:
    buckets.put("a", b"good")
    buckets.back_up("one")
    buckets.put("a", b"")
    buckets.back_up("two")
    assert buckets.body("a", buckets.backup) == b""
    head = buckets.aws.manifests.head(buckets.backup, "one")
    (record,) = buckets.aws.manifests.records(buckets.backup, head)
    found = buckets.s3.get_object(Bucket=buckets.backup, Key="a", VersionId=record.copy)
    assert found["Body"].read() == b"good"
    assert buckets.aws.bucket_copies.verified(buckets.backup, "one").done


def test_a_copy_that_is_missing_is_noticed_afterwards(buckets: Buckets) -> None:
    buckets.put("a", b"good")
    buckets.back_up("one")
    head = buckets.aws.manifests.head(buckets.backup, "one")
    (record,) = buckets.aws.manifests.records(buckets.backup, head)
    with buckets.aws.changing():
        buckets.s3.delete_object(Bucket=buckets.backup, Key="a", VersionId=record.copy)
    with pytest.raises(errors.NotVerified, match="1 of the 1"):
        buckets.aws.bucket_copies.verified(buckets.backup, "one")


def test_opsctls_own_records_are_left_out(buckets: Buckets) -> None:
    state = f"s3://{buckets.source}/records"
    aws = Aws(replace(buckets.aws.target, state=state))
    buckets.put("records/journal/1", b"1")
    buckets.put(".opsctl/x", b"1")
    buckets.put("a", b"1")
    found = aws.bucket_copies.survey(buckets.source, buckets.backup)
    assert (found.objects, found.left_out) == (1, 2)
    with aws.changing():
        aws.bucket_copies.copy(buckets.source, buckets.backup, "one", 1)
    assert buckets.versions(buckets.backup) == ["a"]


def test_more_keys_than_a_page_holds_are_compared_one_by_one(
    buckets: Buckets, emulator: Emulator
) -> None:
    for name in range(30):
        buckets.put(f"k{name:02}", b"1")
    for _ in range(3):
        for name in range(0, 30, 7):
            buckets.put(f"k{name:02}", b"22")
    assert buckets.back_up("one")["copied"] == 30
    assert buckets.back_up("two")["kept"] == 30
    assert len(buckets.versions(buckets.backup)) == 30
