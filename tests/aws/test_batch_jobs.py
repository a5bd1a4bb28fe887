"""Jobs of S3 Batch Operations."""

from collections.abc import Iterator

import pytest
from copies import Buckets

from opsctl import errors
from opsctl.aws import Aws
from opsctl.plan import Progress
from opsctl.sandbox.emulator import Emulator


@pytest.fixture
def buckets(door: Aws, emulator: Emulator) -> Iterator[Buckets]:
    made = Buckets(door, emulator)
    for name in ("a", "b"):
        made.put(name, b"12345")
    yield made
    emulator.front.faults.clear()


def begin(buckets: Buckets, name: str) -> str:
    with buckets.aws.changing():
        role = buckets.aws.target.backup_role
        made = buckets.aws.batch_jobs.copy(buckets.source, buckets.backup, name, role)
    return str(made["job"])


def follow(buckets: Buckets, job: str) -> list[Progress]:
    """Every look until the job is complete."""
    looks = []
    for _ in range(200):
        looks.append(buckets.aws.batch_jobs.followed(buckets.backup, subject={"job": job}))
        if looks[-1].done:
            return looks
        buckets.emulator.advance(1)
    raise AssertionError(looks[-1])


def test_a_job_copies_the_bucket_and_is_followed_until_it_is_complete(buckets: Buckets) -> None:
    job = begin(buckets, "one")
    (under_way,) = buckets.aws.batch_jobs.under_way(buckets.backup)
    assert (under_way.id, under_way.backup) == (job, "one")
    looks = follow(buckets, job)
    assert not looks[0].done
    assert looks[-1].summary == "complete: 2 of 2 copied"
    assert buckets.versions(buckets.backup) == ["a", "b"]
    assert buckets.aws.batch_jobs.under_way(buckets.backup) == ()


def test_begun_twice_it_is_the_same_job(buckets: Buckets) -> None:
    job = begin(buckets, "two")
    assert begin(buckets, "two") == job
    follow(buckets, job)


def test_a_job_that_ends_meanwhile_is_under_way_no_more(
    buckets: Buckets, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begin(buckets, "ended")
    seen = buckets.aws.batch_jobs.under_way(buckets.backup)
    follow(buckets, job)
    monkeypatch.setattr(buckets.aws.batch_jobs, "under_way", lambda _: seen)
    with buckets.aws.changing(), pytest.raises(errors.NotFound):
        buckets.aws.batch_jobs.cancel(buckets.backup, "ended")


def test_a_cancelled_job_is_a_failure_of_who_follows_it(buckets: Buckets) -> None:
    job = begin(buckets, "three")
    with buckets.aws.changing():
        buckets.aws.batch_jobs.cancel(buckets.backup, "three")
    with pytest.raises(errors.StepFailed, match="Cancell"):
        follow(buckets, job)
    with buckets.aws.changing(), pytest.raises(errors.NotFound):
        buckets.aws.batch_jobs.cancel(buckets.backup, "three")


def test_what_the_job_copied_is_only_recorded_afterwards(buckets: Buckets) -> None:
    follow(buckets, begin(buckets, "four"))
    answer = buckets.back_up("four")
    assert (answer["copied"], answer["kept"]) == (0, 2)
