"""Backups of the bucket: what there is, and what could not be read."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from backup_samples import head
from copies import Buckets

from opsctl.aws import Aws
from opsctl.reports import bucket_backups
from opsctl.sandbox.emulator import Emulator


@pytest.fixture
def buckets(door: Aws, emulator: Emulator) -> Iterator[Buckets]:
    yield Buckets(door, emulator)
    emulator.front.faults.clear()


def ours(aws: Aws) -> list[tuple[str, str]]:
    return [(it.name, it.status) for it in bucket_backups.gather(aws).backups if it.kind == "s3"]


def test_each_backup_has_its_status_and_who_made_it(buckets: Buckets) -> None:
    buckets.put("a", b"12345")
    buckets.back_up("one")
    cut = head("two", "2026-01-02T03:00:00+00:00", source=buckets.source, complete=False)
    with buckets.aws.changing():
        write = buckets.aws.manifests.write_head
        write(buckets.backup, replace(cut, failed=3))
        write(buckets.backup, replace(cut, name="three", ended=""))
        write(buckets.backup, replace(cut, name="of-others", source="others"))
    found = bucket_backups.gather(buckets.aws)
    assert sorted(ours(buckets.aws)) == [
        ("one", "complete"),
        ("three", "cut off"),
        ("two", "incomplete: 3 failed"),
    ]
    (whole,) = [it for it in found.backups if it.name == "one"]
    assert (whole.objects, whole.bytes, whole.erased) == (1, 5, 0)
    assert whole.made_by == buckets.aws.sts.caller().arn


def test_what_may_not_be_read_is_told_and_not_shown_as_nothing(buckets: Buckets) -> None:
    buckets.fail("ListObjectsV2", "AccessDenied")
    buckets.fail("ListObjects", "AccessDenied")
    found = bucket_backups.gather(buckets.aws)
    assert any("may not s3:ListBucket" in it for it in found.unknown), found.unknown


def test_without_a_backup_bucket_that_is_said(buckets: Buckets) -> None:
    aws = Aws(replace(buckets.aws.target, backup_bucket=""))
    assert "has no backup_bucket" in bucket_backups.gather(aws).notes[0]


def test_users_who_were_erased_since_are_counted(buckets: Buckets) -> None:
    from opsctl.aws import records
    from opsctl.state.cases import Cases

    buckets.put("a", b"12345")
    buckets.back_up("one")
    target = buckets.aws.target
    Cases(records.store(target, lambda: buckets.aws), target.env).open("c-1", "ana", ["ana"])
    (whole,) = [it for it in bucket_backups.gather(buckets.aws).backups if it.name == "one"]
    assert whole.erased == 1


def test_who_was_erased_minutes_before_counts_too_for_clocks_differ(buckets: Buckets) -> None:
    from opsctl.aws import records
    from opsctl.state.cases import Cases

    target = buckets.aws.target
    cases = Cases(records.store(target, lambda: buckets.aws), target.env)
    cases.open("c-1", "ana", ["ana"])
    cases.close("c-1")
    buckets.put("a", b"12345")
    buckets.back_up("one")
    (whole,) = [it for it in bucket_backups.gather(buckets.aws).backups if it.name == "one"]
    assert whole.erased == 1


def test_erasures_that_cannot_be_read_hide_no_backup(buckets: Buckets, tmp_path: Path) -> None:
    buckets.put("a", b"12345")
    buckets.back_up("one")
    record = tmp_path / "opsctl" / "erasures" / "local.json"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text("no record")
    (whole,) = [it for it in bucket_backups.gather(buckets.aws).backups if it.name == "one"]
    assert whole.erased is None
