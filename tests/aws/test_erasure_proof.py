"""The proof: a look that can fail, and a certificate that says only what is so."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from erasing import CASE, add_user, door, empty_all, offered, put, rows, states, step

from opsctl import errors
from opsctl.aws import Aws
from opsctl.plan import Progress
from opsctl.sandbox.emulator import Emulator
from opsctl.state.subjects import Subjects
from opsctl.targets.data_map import BucketData

NAMES = (f"eve{number}" for number in itertools.count())
S3 = 0


@pytest.fixture
def aws(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    yield door(emulator)
    emulator.front.faults.clear()


@pytest.fixture
def name(aws: Aws) -> str:
    """A user of whom everything was erased a moment ago."""
    name = next(NAMES)
    offered(aws, add_user(aws, name))
    empty_all(aws)
    return name


def looked(aws: Aws, **words: Any) -> None:
    step(aws, aws.erasure_proof.look, CASE, **words)


def test_what_is_empty_twice_is_verified_and_certified(aws: Aws, name: str) -> None:
    looked(aws)
    assert set(states(aws).values()) == {"verified"}
    assert aws.erasure_proof.holds(CASE).done
    made = step(aws, aws.erasure_proof.certify, CASE)
    assert made["outcome"] == "erased"
    assert "key/" in made["signed_by"]
    assert aws.erasure_proof.nothing_held(CASE).done
    (case,) = aws.erasure.cases.all()
    assert case.closed
    assert Subjects().read(CASE) is None


def test_a_survivor_in_a_bucket_is_found_and_nothing_is_certified(aws: Aws, name: str) -> None:
    put(aws, f"images/{name}/late.jpg")
    looked(aws)
    assert states(aws)["s3"] == "failed"
    with pytest.raises(errors.NotVerified, match=r"s3://.*1 still there"):
        aws.erasure_proof.holds(CASE)
    with pytest.raises(errors.NotVerified):
        step(aws, aws.erasure_proof.certify, CASE)
    assert aws.erasure.cases.certificate(CASE) is None
    assert not aws.erasure.cases.all()[0].closed


def test_what_comes_back_between_the_looks_is_found(aws: Aws, name: str) -> None:
    seen: list[str] = []

    def late(progress: Progress) -> None:
        seen.append(progress.summary)
        if len(seen) == 4:
            put(aws, f"images/{name}/late.jpg")

    looked(aws, report=late)
    (it,) = (it for it in rows(aws) if it["state"] == "failed")
    assert "came back" in it["detail"]


def test_what_may_not_be_read_is_unknown_and_not_empty(
    aws: Aws, name: str, emulator: Emulator
) -> None:
    fault = {"service": "dynamodb", "operation": "Query", "code": "AccessDeniedException"}
    emulator.front.faults.add(fault)
    looked(aws)
    assert states(aws)["dynamodb"] == "unknown"
    with pytest.raises(errors.NotVerified, match="dynamodb:"):
        aws.erasure_proof.holds(CASE)


def test_an_account_that_is_there_is_found(aws: Aws, name: str) -> None:
    add_user(aws, name, objects=0, items=0)
    looked(aws)
    assert states(aws)["cognito"] == "failed"


def test_a_neighbour_who_lost_something_is_seen(aws: Aws) -> None:
    name = next(NAMES)
    put(aws, f"images/{name}0/a.jpg")
    offered(aws, add_user(aws, name))
    empty_all(aws)
    looked(aws)
    assert aws.erasure_proof.holds(CASE).done
    with aws.changing():
        s3, bucket = aws.client("s3"), aws.target.bucket
        found = s3.list_object_versions(Bucket=bucket, Prefix=f"images/{name}0/")["Versions"]
        s3.delete_object(Bucket=bucket, Key=found[0]["Key"], VersionId=found[0]["VersionId"])
    looked(aws)
    with pytest.raises(errors.NotVerified, match="1 versions of others"):
        aws.erasure_proof.holds(CASE)


def test_object_lock_holds_the_case_open_and_the_certificate_says_so(
    aws: Aws, emulator: Emulator
) -> None:
    name, bucket = next(NAMES), "image-caption-gen-locked"
    with aws.changing():
        s3 = aws.client("s3")
        s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
        made = s3.put_object(Bucket=bucket, Key=f"images/{name}/kept.jpg", Body=b"x")
        s3.put_object_retention(
            Bucket=bucket,
            Key=f"images/{name}/kept.jpg",
            VersionId=made["VersionId"],
            Retention={
                "Mode": "COMPLIANCE",
                "RetainUntilDate": datetime.now(UTC) + timedelta(days=9),
            },
        )
    locked = door(emulator, data=(BucketData(bucket, "images/{user_id}/"),))
    subject = add_user(locked, name, objects=0, items=0)
    put(locked, f"images/{name}/free.jpg", bucket)
    offered(locked, subject)
    empty_all(locked)
    looked(locked)
    assert states(locked) == {"s3": "held", "cognito": "verified"}
    made = step(locked, locked.erasure_proof.certify, CASE)
    assert "Object Lock" in made["outcome"]
    with pytest.raises(errors.NotVerified, match="held by Object Lock"):
        locked.erasure_proof.nothing_held(CASE)
    assert not locked.erasure.cases.all()[0].closed
    assert locked.cognito_users.is_gone(locked.target.user_pool, name)


def test_the_session_of_the_look_cannot_change_anything(aws: Aws, name: str) -> None:
    fresh = aws.erasure_proof._fresh()
    with aws.changing(), pytest.raises(errors.OpsctlError, match="no plan is being applied"):
        fresh.client("s3").put_object(Bucket=aws.target.bucket, Key="x", Body=b"")


def test_a_store_that_was_examined_only_once_stays_unknown(
    aws: Aws, name: str, emulator: Emulator
) -> None:
    fault = {"service": "dynamodb", "operation": "Query", "code": "AccessDeniedException"}
    emulator.front.faults.add(fault)

    def after_the_first_look(progress: Progress) -> None:
        done, steps = progress.counted or (0, 0)
        if done == steps // 2:
            emulator.front.faults.clear()

    looked(aws, report=after_the_first_look)
    assert states(aws)["dynamodb"] == "unknown"


def test_more_than_what_is_held_is_a_failure(aws: Aws, name: str) -> None:
    store = aws.erasure.work(CASE).outcomes[S3]
    store.state, store.held = "held", 1
    put(aws, f"images/{name}/held.jpg")
    looked(aws)
    assert store.state == "held"
    put(aws, f"images/{name}/late.jpg")
    looked(aws)
    assert (store.state, store.detail) == ("failed", "2 still there")
