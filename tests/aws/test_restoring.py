"""One run of a restore: copies in flight."""

from collections.abc import Iterator

import pytest
from copies import Buckets

from opsctl import errors
from opsctl.aws import Aws, restoring
from opsctl.aws.object_changes import DELETED, NEWER, Change, Seen, Wanted
from opsctl.aws.restoring import Restored
from opsctl.plan import Progress
from opsctl.sandbox.emulator import Emulator


@pytest.fixture
def buckets(door: Aws, emulator: Emulator) -> Iterator[Buckets]:
    yield Buckets(door, emulator)
    emulator.front.faults.clear()


def lost(buckets: Buckets, count: int) -> list[Change]:
    """Objects that are deleted, each with its way back."""
    changes = []
    for number in range(count):
        key = f"k{number:02}"
        version = buckets.put(key, b"12345")
        etag = buckets.s3.head_object(Bucket=buckets.source, Key=key)["ETag"].strip('"')
        buckets.delete(key)
        wanted = Wanted(buckets.source, key, version, etag, 5)
        changes.append(Change(key, DELETED, wanted, None))
    return changes


def run(buckets: Buckets, expected: int = 0) -> Restored:
    report = buckets.reports.append
    return Restored(
        buckets.aws, buckets.source, region="", source_region="", expected=expected, report=report
    )


def test_each_change_is_made_and_counted(buckets: Buckets) -> None:
    changes = lost(buckets, 3)
    buckets.put("new", b"1")
    changes.append(Change("new", NEWER, None, None))
    with buckets.aws.changing():
        answer = run(buckets, 4).run(changes, Seen(erased=2))
    assert answer == {"restored": 3, "deleted": 1, "same": 0, "gone": 0, "erased": 2}
    assert list(buckets.bodies()) == ["k00", "k01", "k02"]
    assert buckets.reports[-1].counted == (4, 4)


def test_what_was_lost_for_good_is_counted_apart(buckets: Buckets) -> None:
    (change,) = lost(buckets, 1)
    assert change.wanted is not None
    with buckets.aws.changing():
        buckets.s3.delete_object(
            Bucket=buckets.source, Key=change.key, VersionId=change.wanted.version
        )
        assert run(buckets).run([change], Seen())["gone"] == 1


def test_many_failures_end_it(buckets: Buckets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "MOST_FAILURES", 2)
    changes = lost(buckets, 6)
    buckets.fail("CopyObject", "AccessDenied")
    with buckets.aws.changing(), pytest.raises(errors.StepFailed) as raised:
        run(buckets).run(changes, Seen())
    assert "AccessDenied (2)" in str(raised.value)
    assert "k0" not in str(raised.value)


def test_after_an_interruption_nothing_more_is_sent(
    buckets: Buckets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "BETWEEN_REPORTS", 0.0)
    monkeypatch.setattr(restoring, "AT_ONCE", 2)
    changes = lost(buckets, 20)

    def stop(progress: Progress) -> None:
        raise errors.Interrupted("Ctrl-C")

    it = Restored(buckets.aws, buckets.source, region="", source_region="", report=stop)
    with buckets.aws.changing(), pytest.raises(errors.Interrupted):
        it.run(changes, Seen())
    there = len(buckets.bodies())
    assert 1 <= there < 10
    assert len(buckets.bodies()) == there


def test_where_only_checksums_tell_they_are_asked(buckets: Buckets) -> None:
    changes = lost(buckets, 2)
    assert run(buckets).unlike(changes) == (2, 0)
    assert run(buckets).unlike([]) == (0, 0)
