"""Object versions in the sandbox's S3: counted, listed, erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from opsctl.aws import Aws, backing_off
from opsctl.aws.object_versions import Inventory
from opsctl.errors import Interrupted, NotFound
from opsctl.plan import Progress

if TYPE_CHECKING:
    from opsctl.sandbox.emulator import Emulator

MINE, NEIGHBOUR = "images/ana/", "images/ana2/"


@pytest.fixture(autouse=True)
def _in_order(emulator: Emulator, local: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A neighbour with one object, and afterwards no faults and nothing of anybody."""
    monkeypatch.setattr(backing_off, "FIRST_WAIT", 0.01)
    fill(emulator, local, NEIGHBOUR, objects=1)
    yield
    emulator.front.faults.clear()
    with local.changing():
        for prefix in (MINE, NEIGHBOUR):
            local.object_versions.erase(local.target.bucket, prefix)


def fill(emulator: Emulator, local: Aws, prefix: str, **words: Any) -> None:
    asked = {"bucket": local.target.bucket, "prefix": prefix, **words}
    emulator.front.controls["fill"]("POST", json.dumps(asked).encode())


def _erase(local: Aws, **words: Any) -> Any:
    with local.changing():
        return local.object_versions.erase(local.target.bucket, MINE, **words)


def test_every_kind_is_counted(emulator: Emulator, local: Aws) -> None:
    fill(emulator, local, MINE, objects=30, versions=3, markers=10, uploads=2, size=100)
    found = local.object_versions.inventory(local.target.bucket, MINE)
    assert found == Inventory(20, 90, 10, 2, 9_000)
    assert not found.is_empty


def test_counting_may_end_early(emulator: Emulator, local: Aws) -> None:
    fill(emulator, local, MINE, objects=1_500, versions=1)
    found = local.object_versions.inventory(local.target.bucket, MINE, most=10)
    assert (found.versions, found.more) == (1_000, True)
    reports: list[Progress] = []
    whole = local.object_versions.inventory(local.target.bucket, MINE, report=reports.append)
    assert (whole.versions, whole.more) == (1_500, False)
    assert [it.summary[:5] for it in reports] == ["1,000", "1,500"]


def test_entries_are_what_the_client_lists(emulator: Emulator, local: Aws) -> None:
    fill(emulator, local, MINE, objects=40, versions=2, markers=5, awkward=True)
    bucket = local.target.bucket
    pages = list(local.object_versions.pages(bucket, MINE))
    listed = local.client("s3").list_object_versions(Bucket=bucket, Prefix=MINE)
    rows = listed["Versions"] + listed["DeleteMarkers"]
    assert {(it.key, it.version, it.is_latest, it.size) for page in pages for it in page} == {
        (it["Key"], it["VersionId"], it["IsLatest"], it.get("Size", 0)) for it in rows
    }
    assert sum(it.is_marker for page in pages for it in page) == 5
    assert all(it.modified.endswith("Z") for page in pages for it in page)
    assert all(it.etag for page in pages for it in page if not it.is_marker)


def test_everything_below_the_prefix_is_erased_and_the_neighbour_stays(
    emulator: Emulator, local: Aws
) -> None:
    fill(emulator, local, MINE, objects=700, versions=3, markers=100, uploads=3, awkward=True)
    reports: list[Progress] = []
    found = _erase(local, report=reports.append)
    assert (found.versions, found.markers, found.uploads) == (2_100, 100, 3)
    assert (found.held, found.failed, found.kept_markers) == (0, {}, 0)
    assert reports[-1].summary == "2,100 versions, 100 markers, 3 uploads erased"
    bucket = local.target.bucket
    assert local.object_versions.inventory(bucket, MINE).is_empty
    assert local.object_versions.inventory(bucket, NEIGHBOUR).versions == 1
    again = _erase(local)
    assert (again.versions, again.markers, again.uploads) == (0, 0, 0)


def test_keys_that_fail_for_a_while_are_erased(emulator: Emulator, local: Aws) -> None:
    fill(emulator, local, MINE, objects=100)
    rule = {"kind": "per-key", "code": "InternalError", "share": 0.5, "times": 3}
    emulator.front.faults.add(rule)
    found = _erase(local)
    assert (found.versions, found.failed) == (100, {})


def test_keys_that_go_on_failing_are_counted(emulator: Emulator, local: Aws) -> None:
    fill(emulator, local, MINE, objects=100)
    emulator.front.faults.add({"kind": "per-key", "code": "InternalError", "share": 1.0})
    found = _erase(local)
    assert (found.versions, found.failed) == (0, {"InternalError": 100})
    assert local.object_versions.inventory(local.target.bucket, MINE).versions == 100


def test_bursts_and_cuts_are_overcome(emulator: Emulator, local: Aws) -> None:
    fill(emulator, local, MINE, objects=2_500)
    slow = {"service": "s3", "operation": "DeleteObjects", "code": "SlowDown", "status": 503}
    emulator.front.faults.add({**slow, "times": 3})
    emulator.front.faults.add({"service": "s3", "kind": "cut", "times": 2, "after": 2})
    emulator.front.faults.add({"service": "s3", "kind": "lost", "times": 2, "after": 6})
    assert _erase(local).versions == 2_500
    assert local.object_versions.inventory(local.target.bucket, MINE).is_empty


def test_an_interruption_leaves_the_rest_and_a_second_run_ends_it(
    emulator: Emulator, local: Aws
) -> None:
    fill(emulator, local, MINE, objects=15_000)

    def report(_: Progress) -> None:
        raise Interrupted("stop")

    with pytest.raises(Interrupted):
        _erase(local, report=report)
    left = local.object_versions.inventory(local.target.bucket, MINE).versions
    assert 0 < left < 15_000
    assert _erase(local).versions == left


def test_no_bucket_is_not_found(local: Aws) -> None:
    with pytest.raises(NotFound):
        local.object_versions.inventory("no-such-bucket-anywhere", MINE)


def test_what_object_lock_holds_is_held(emulator: Emulator, local: Aws) -> None:
    s3, bucket = local.client("s3"), "locked-pictures"
    with local.changing():
        s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
        s3.put_object(Bucket=bucket, Key=f"{MINE}free", Body=b"12345")
        held = s3.put_object(Bucket=bucket, Key=f"{MINE}held", Body=b"12345")["VersionId"]
        s3.put_object_legal_hold(
            Bucket=bucket, Key=f"{MINE}held", VersionId=held, LegalHold={"Status": "ON"}
        )
        s3.delete_object(Bucket=bucket, Key=f"{MINE}held")
        found = local.object_versions.erase(bucket, MINE)
    assert (found.versions, found.held, found.kept_markers, found.failed) == (1, 1, 1, {})
    assert found.bytes == 5
