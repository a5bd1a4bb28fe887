"""One run of a backup: failures, interruptions, and going on."""

from collections.abc import Iterator
from typing import Any

import pytest
from copies import Buckets

from opsctl import errors
from opsctl.aws import Aws, bucket_backup
from opsctl.plan import Progress
from opsctl.sandbox.emulator import Emulator


@pytest.fixture
def buckets(door: Aws, emulator: Emulator) -> Iterator[Buckets]:
    yield Buckets(door, emulator)
    emulator.front.faults.clear()


def fill(buckets: Buckets, count: int) -> None:
    for number in range(count):
        buckets.put(f"k{number:03}", b"12345")


def latest(buckets: Buckets) -> Any:
    return buckets.aws.manifests.heads(buckets.backup)[0]


def test_progress_counts_up_to_everything(buckets: Buckets) -> None:
    fill(buckets, 5)
    with buckets.aws.changing():
        report = buckets.reports.append
        buckets.aws.bucket_copies.copy(buckets.source, buckets.backup, "one", 5, report)
    last = buckets.reports[-1]
    assert (last.done, last.counted) == (True, (5, 5))
    assert last.summary == "5 copied, 0 were there, 25 bytes"
    assert latest(buckets).complete
    assert latest(buckets).who == buckets.aws.sts.caller().arn


def test_an_object_that_cannot_be_copied_fails_the_backup_and_not_the_others(
    buckets: Buckets,
) -> None:
    fill(buckets, 6)
    buckets.fail("CopyObject", "AccessDenied", times=2)
    with pytest.raises(errors.StepFailed, match=r"2 objects were not copied: AccessDenied \(2\)"):
        buckets.back_up("one")
    head = latest(buckets)
    assert (head.complete, head.failed, head.objects) == (False, 2, 4)
    with pytest.raises(errors.NotVerified):
        buckets.aws.bucket_copies.verified(buckets.backup, "one")
    buckets.emulator.front.faults.clear()
    answer = buckets.back_up("two")
    assert (answer["copied"], answer["kept"]) == (2, 4)


def test_the_key_that_failed_is_not_told_to_the_journal(buckets: Buckets) -> None:
    buckets.put("images/ana/1.jpg", b"1")
    buckets.fail("CopyObject", "AccessDenied")
    with pytest.raises(errors.StepFailed) as raised:
        buckets.back_up("one")
    assert "ana" not in str(raised.value)


def test_many_failures_end_it_early(buckets: Buckets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket_backup, "MOST_FAILURES", 3)
    monkeypatch.setattr(bucket_backup, "AT_ONCE", 1)
    fill(buckets, 20)
    buckets.fail("CopyObject", "AccessDenied")
    with pytest.raises(errors.StepFailed, match="3 objects"):
        buckets.back_up("one")
    asked = [it for it in buckets.emulator.front.faults.listed() if it["hits"]]
    assert asked[0]["hits"] < 20


def test_what_changes_while_it_is_copied_is_copied_as_it_is_then(
    buckets: Buckets, emulator: Emulator
) -> None:
    buckets.put("a", b"first")
    buckets.fail("CopyObject", "PreconditionFailed", status=412, times=1)
    buckets.put("a", b"second")
    assert buckets.back_up("one")["copied"] == 1
    assert buckets.body("a", buckets.backup) == b"second"


def test_what_never_stops_changing_is_a_failure(buckets: Buckets) -> None:
    buckets.put("a", b"first")
    buckets.fail("CopyObject", "PreconditionFailed", status=412)
    with pytest.raises(errors.StepFailed, match="PreconditionFailed"):
        buckets.back_up("one")


def test_what_is_deleted_meanwhile_is_counted_and_is_no_failure(buckets: Buckets) -> None:
    fill(buckets, 2)
    buckets.fail("CopyObject", "NoSuchKey", status=404, times=1)
    answer = buckets.back_up("one")
    assert (answer["copied"], answer["gone_meanwhile"]) == (1, 1)


def test_after_an_interruption_nothing_more_is_copied_and_the_next_run_goes_on(
    buckets: Buckets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket_backup, "BETWEEN_REPORTS", 0.0)
    monkeypatch.setattr(bucket_backup, "AT_ONCE", 2)
    fill(buckets, 40)

    def stop_at_ten(progress: Progress) -> None:
        if progress.counted and progress.counted[0] >= 10:
            raise errors.Interrupted("Ctrl-C")

    with buckets.aws.changing(), pytest.raises(errors.Interrupted):
        buckets.aws.bucket_copies.copy(buckets.source, buckets.backup, "one", 40, stop_at_ten)
    there = len(buckets.versions(buckets.backup))
    assert 10 <= there < 20
    assert len(buckets.versions(buckets.backup)) == there
    assert not latest(buckets).complete
    answer = buckets.back_up("two")
    assert (answer["kept"], answer["copied"]) == (there, 40 - there)


@pytest.mark.parametrize("name", ["one", "two"], ids=["the same name", "another name"])
def test_what_was_recorded_before_an_interruption_is_believed_under_any_etag(
    buckets: Buckets, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(bucket_backup, "RECORDS_IN_A_PART", 1)
    monkeypatch.setattr(bucket_backup, "BETWEEN_REPORTS", 0.0)
    monkeypatch.setattr(bucket_backup, "AT_ONCE", 1)
    for key in ("a", "b", "c"):
        in_parts(buckets, key)

    def stop_at_two(progress: Progress) -> None:
        if len(buckets.versions(buckets.backup)) >= 2:
            raise errors.Interrupted("Ctrl-C")

    with buckets.aws.changing(), pytest.raises(errors.Interrupted):
        buckets.aws.bucket_copies.copy(buckets.source, buckets.backup, "one", 3, stop_at_two)
    (cut,) = buckets.aws.manifests.heads(buckets.backup)
    recorded = [it.key for it in buckets.aws.manifests.records(buckets.backup, cut)]
    assert recorded
    pairs = dict(buckets.aws.bucket_copies.pairs(buckets.source, buckets.backup))
    assert [key for key, pair in pairs.items() if pair.is_recorded] == recorded
    answer = buckets.back_up(name)
    assert answer["objects"] == 3
    assert answer["kept"] == len(recorded)
    assert all(buckets.versions(buckets.backup).count(key) == 1 for key in recorded)
    assert buckets.aws.bucket_copies.verified(buckets.backup, name).done


def test_another_version_of_the_source_is_not_what_was_recorded(buckets: Buckets) -> None:
    in_parts(buckets, "a")
    buckets.back_up("one")
    buckets.put("a", b"54321")
    renewed = dict(buckets.aws.bucket_copies.pairs(buckets.source, buckets.backup))
    assert not renewed["a"].is_recorded
    assert not renewed["a"].is_same


def in_parts(buckets: Buckets, key: str) -> None:
    """An object whose ETag is no hash of its content, so that no copy has the same."""
    place = {"Bucket": buckets.source, "Key": key}
    with buckets.aws.changing():
        upload = buckets.s3.create_multipart_upload(**place)["UploadId"]
        part = buckets.s3.upload_part(**place, UploadId=upload, PartNumber=1, Body=key.encode())
        done = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        buckets.s3.complete_multipart_upload(**place, UploadId=upload, MultipartUpload=done)
