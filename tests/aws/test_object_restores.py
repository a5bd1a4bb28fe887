"""A bucket brought back: by its versions, and from a backup."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from copies import Buckets

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.object_changes import Seen
from opsctl.sandbox.emulator import Emulator
from opsctl.state.cases import Cases


@pytest.fixture
def buckets(door: Aws, emulator: Emulator) -> Iterator[Buckets]:
    yield Buckets(door, emulator)
    emulator.front.faults.clear()


def damage(buckets: Buckets) -> tuple[str, dict[str, bytes | None]]:
    """Four objects; two are lost in two ways and one is new. Answers when they were good."""
    for name in ("images/ana/1", "images/ana/2", "images/bob/1", "other"):
        buckets.put(name, f"good {name}".encode(), Metadata={"by": "us"})
    good = buckets.bodies()
    at = buckets.moment()
    buckets.put("images/ana/1", b"corrupt")
    buckets.delete("images/ana/2")
    buckets.put("images/new", b"new")
    return at, good


def survey(buckets: Buckets, at: str, *backup: str, newer: bool = False) -> Seen:
    source = [buckets.backup, *backup] if backup else []
    aws = Aws(buckets.aws.target)
    return aws.object_restores.survey(buckets.source, at, source, "", delete_newer=newer)


def test_what_would_change_is_counted_and_named(buckets: Buckets) -> None:
    at, _ = damage(buckets)
    seen = survey(buckets, at)
    assert (seen.overwritten, seen.deleted, seen.newer, seen.same) == (1, 1, 1, 2)
    assert [(it.key, it.change) for it in seen.rows] == [
        ("images/ana/1", "overwritten"),
        ("images/ana/2", "deleted"),
    ]
    assert len(survey(buckets, at, newer=True).rows) == 3


def test_it_is_as_it_was_and_again_there_is_nothing_to_do(buckets: Buckets) -> None:
    at, good = damage(buckets)
    since = buckets.moment()
    answer = buckets.restore(at)
    assert answer["restored"] == 2
    assert buckets.bodies() == {**good, "images/new": b"new"}
    found = buckets.s3.head_object(Bucket=buckets.source, Key="images/ana/2")
    assert found["Metadata"] == {"by": "us"}
    assert survey(buckets, at).changes(delete_newer=False) == 0
    restores = buckets.aws.object_restores
    assert restores.verified(buckets.source, at, [], "", False, since).done


def test_what_was_made_since_is_hidden_only_when_asked(buckets: Buckets) -> None:
    at, good = damage(buckets)
    assert buckets.restore(at, delete_newer=True)["deleted"] == 1
    assert buckets.bodies() == good


def test_a_prefix_bounds_it(buckets: Buckets) -> None:
    at, _ = damage(buckets)
    buckets.delete("images/bob/1")
    buckets.restore(at, prefix="images/bob/")
    assert buckets.body("images/bob/1") == b"good images/bob/1"
    assert buckets.body("images/ana/1") == b"corrupt"


def test_the_way_back_leaves_what_somebody_wrote_since(buckets: Buckets) -> None:
    at, good = damage(buckets)
    before = buckets.bodies()
    since = buckets.moment()
    buckets.restore(at, delete_newer=True)
    buckets.put("images/bob/1", b"by somebody")
    with buckets.aws.changing():
        buckets.aws.object_restores.take_back(buckets.source, at, [], "", since)
    assert buckets.bodies() == {**before, "images/bob/1": b"by somebody"}
    assert good != before


def test_a_backup_brings_back_what_versions_no_longer_hold(buckets: Buckets) -> None:
    for name in ("a", "b"):
        buckets.put(name, f"good {name}".encode())
    good = buckets.bodies()
    buckets.back_up("one")
    found = buckets.s3.list_object_versions(Bucket=buckets.source)["Versions"]
    with buckets.aws.changing():
        for it in found:
            buckets.s3.delete_object(
                Bucket=buckets.source, Key=it["Key"], VersionId=it["VersionId"]
            )
    assert buckets.bodies() == {}
    assert survey(buckets, "", "one").deleted == 2
    assert buckets.restore(backup="one")["restored"] == 2
    assert buckets.bodies() == good
    assert survey(buckets, "", "one").changes(delete_newer=True) == 0


def test_what_was_written_again_after_a_restore_is_no_failure_of_it(buckets: Buckets) -> None:
    at, _ = damage(buckets)
    since = buckets.moment()
    buckets.restore(at)
    buckets.put("images/ana/1", b"by somebody")
    restores = buckets.aws.object_restores
    found = restores.verified(buckets.source, at, [], "", False, since)
    assert "1 were written again since" in found.summary
    buckets.emulator.advance(3)
    later = buckets.moment()
    with pytest.raises(errors.NotVerified, match="1 objects"):
        restores.verified(buckets.source, at, [], "", False, later)


def test_a_user_who_was_erased_is_not_brought_back(buckets: Buckets) -> None:
    for name in ("images/ana/1", "images/bob/1"):
        buckets.put(name, b"good")
    buckets.back_up("one")
    at = buckets.moment()
    buckets.delete("images/ana/1")
    buckets.delete("images/bob/1")
    erase(buckets, "ana")
    seen = survey(buckets, at)
    assert (seen.deleted, seen.erased) == (1, 1)
    assert buckets.restore(at)["erased"] == 1
    assert buckets.restore(backup="one")["erased"] == 1
    assert list(buckets.bodies()) == ["images/bob/1"]


def test_whoever_was_erased_just_before_a_copy_by_its_clock_is_not_brought_back(
    buckets: Buckets,
) -> None:
    buckets.put("images/ana/1", b"good")
    erase(buckets, "ana").close("case-1")
    buckets.back_up("one")
    buckets.delete("images/ana/1")
    assert buckets.restore(backup="one")["erased"] == 1


def erase(buckets: Buckets, user: str) -> Cases:
    from opsctl.aws import records

    target = buckets.aws.target
    cases = Cases(records.store(target, lambda: buckets.aws), target.env)
    cases.open("case-1", user, [user])
    return cases


def test_failures_are_counted_by_reason_and_the_next_run_goes_on(buckets: Buckets) -> None:
    at, good = damage(buckets)
    buckets.fail("CopyObject", "AccessDenied", times=1)
    with pytest.raises(errors.StepFailed, match=r"1 objects .* AccessDenied \(1\)"):
        buckets.restore(at)
    assert buckets.restore(at)["restored"] == 1
    assert buckets.bodies() == {**good, "images/new": b"new"}


def test_the_time_is_that_of_s3(buckets: Buckets) -> None:
    found = datetime.fromisoformat(buckets.aws.object_restores.now(buckets.source))
    assert abs((found - datetime.now(UTC)).total_seconds()) < 60
