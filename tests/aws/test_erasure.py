"""An erasure, step by step: stores emptied one by one, the account last, nobody named."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from erasing import CASE, add_user, door, empty_all, offered, rows, states, step

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.subject import Subject
from opsctl.plan import Progress
from opsctl.sandbox.emulator import Emulator
from opsctl.state.subjects import Subjects
from opsctl.targets.data_map import TableData

NAMES = (f"ann{number}" for number in itertools.count())
S3, DYNAMODB = 0, 2


@pytest.fixture
def aws(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    yield door(emulator)
    emulator.front.faults.clear()


@pytest.fixture
def name(aws: Aws) -> str:
    """A new user, whose case is offered."""
    name = next(NAMES)
    offered(aws, add_user(aws, name))
    return name


def enabled(aws: Aws, name: str) -> bool:
    return aws.cognito_users.user(aws.target.user_pool, name).enabled


def test_every_store_is_emptied_and_the_account_goes_last(aws: Aws, name: str) -> None:
    empty_all(aws)
    assert set(states(aws).values()) == {"deleted"}
    found = {it["store"].partition(":")[0]: it["deleted"] for it in rows(aws)}
    assert found["s3"]["versions"] == 4
    assert found["dynamodb"] == {"items": 2}
    assert aws.cognito_users.is_gone(aws.target.user_pool, name)


def test_only_the_person_s_own_file_names_them_and_only_once_something_is_changed(
    aws: Aws, name: str, tmp_path: Path
) -> None:
    kept = tmp_path / "opsctl/subjects" / f"{CASE}.json"
    assert not kept.exists()
    step(aws, aws.erasure.block, CASE)
    assert name in kept.read_text()
    others = [it for it in tmp_path.rglob("*") if it.is_file() and it != kept]
    assert others
    assert not any(name.encode() in it.read_bytes() for it in others)


def test_each_store_is_looked_through_once_for_both_gatherings(aws: Aws, name: str) -> None:
    before = len(aws.requests)
    aws.erasure.found(CASE, S3)
    assert len(aws.requests) == before


def test_progress_is_told_against_what_was_found(aws: Aws, name: str) -> None:
    seen: list[Progress] = []
    step(aws, aws.erasure.objects, CASE, S3, report=seen.append)
    assert seen[-1].counted == (4, 4)


def test_a_store_that_refuses_does_not_stop_the_next_but_keeps_the_account(
    aws: Aws, name: str, emulator: Emulator
) -> None:
    refusal = {"service": "s3", "operation": "DeleteObjects", "code": "Odd", "status": 400}
    emulator.front.faults.add({**refusal, "message": f"not images/{name}/0.jpg, nor {name}0"})
    step(aws, aws.erasure.objects, CASE, S3)
    step(aws, aws.erasure.items, CASE, DYNAMODB)
    assert states(aws) == {"s3": "failed", "dynamodb": "deleted"}
    (detail,) = (it["detail"] for it in rows(aws) if it["state"] == "failed")
    assert "images/user-" in detail
    assert f"{name}/" not in detail
    with pytest.raises(errors.StepFailed, match="s3://"):
        step(aws, aws.erasure.delete_account, CASE)
    assert enabled(aws, name)


def test_per_key_errors_in_a_success_are_a_failure(aws: Aws, name: str, emulator: Emulator) -> None:
    fault = {"kind": "per-key", "code": "AccessDenied", "share": 0.1}
    emulator.front.faults.add(fault)
    step(aws, aws.erasure.objects, CASE, S3)
    (it,) = (it for it in rows(aws) if it["state"] == "failed")
    assert "AccessDenied" in it["detail"]


def test_credentials_that_ran_out_end_all_of_it(aws: Aws, name: str, emulator: Emulator) -> None:
    fault = {"service": "s3", "operation": "DeleteObjects", "code": "ExpiredToken"}
    emulator.front.faults.add(fault)
    with pytest.raises(errors.NoAccess):
        step(aws, aws.erasure.objects, CASE, S3)


def test_whoever_stops_it_is_heard(aws: Aws, name: str) -> None:
    def stop(progress: Progress) -> None:
        raise errors.Interrupted("stop")

    with pytest.raises(errors.Interrupted):
        step(aws, aws.erasure.objects, CASE, S3, report=stop)


def test_the_block_can_be_taken_back_until_the_account_is_gone(aws: Aws, name: str) -> None:
    step(aws, aws.erasure.block, CASE)
    assert not enabled(aws, name)
    step(aws, aws.erasure.unblock, CASE)
    assert enabled(aws, name)
    empty_all(aws)
    with pytest.raises(errors.Forbidden, match="erased"):
        step(aws, aws.erasure.unblock, CASE)


def test_a_block_that_is_taken_back_or_refused_leaves_no_case_behind(
    aws: Aws, name: str, emulator: Emulator, tmp_path: Path
) -> None:
    step(aws, aws.erasure.block, CASE)
    assert not aws.erasures.since(datetime.now(UTC)).holds(name)
    step(aws, aws.erasure.unblock, CASE)
    assert aws.erasure.cases.all() == ()
    fault = {"operation": "AdminDisableUser", "code": "AccessDeniedException"}
    emulator.front.faults.add(fault)
    with pytest.raises(errors.NoAccess):
        step(aws, aws.erasure.block, CASE)
    assert aws.erasure.cases.all() == ()
    assert not any(name.encode() in it.read_bytes() for it in tmp_path.rglob("*.json"))


def test_sign_in_that_is_blocked_while_sessions_go_on_is_a_change_and_its_case_stays(
    aws: Aws, name: str, emulator: Emulator
) -> None:
    emulator.front.faults.add(
        {"operation": "AdminUserGlobalSignOut", "code": "NotAuthorizedException", "times": 1}
    )
    with pytest.raises(errors.StepFailed, match="no session was ended") as raised:
        step(aws, aws.erasure.block, CASE)
    assert name not in str(raised.value)
    assert not enabled(aws, name)
    assert [it.id for it in aws.erasure.cases.all()] == [CASE]
    step(aws, aws.erasure.block, CASE)


def test_from_the_first_erasure_on_every_restore_leaves_the_person_out(aws: Aws, name: str) -> None:
    step(aws, aws.erasure.block, CASE)
    step(aws, aws.erasure.objects, CASE, S3)
    erased = aws.erasures.since(datetime.now(UTC))
    assert erased.holds(name)
    assert erased.holds(f"{name}@example.com")
    step(aws, aws.erasure.unblock, CASE)
    assert aws.erasures.since(datetime.now(UTC)).holds(name)


def test_another_process_knows_the_person_from_the_file(
    aws: Aws, name: str, emulator: Emulator
) -> None:
    step(aws, aws.erasure.block, CASE)
    later = door(emulator)
    assert later.erasure.work(CASE).subject.user_id == name
    Subjects().forget(CASE)
    with pytest.raises(errors.NotFound):
        door(emulator).erasure.work(CASE)


def test_what_a_former_run_deleted_is_counted_by_the_one_that_ends_the_case(
    aws: Aws, name: str, emulator: Emulator
) -> None:
    step(aws, aws.erasure.objects, CASE, S3)
    later = door(emulator)
    offered(later, later.persons.resolve(later.target.user_pool, name).subject)
    empty_all(later)
    found = {it["store"].partition(":")[0]: it for it in rows(later)}
    assert found["s3"]["deleted"]["versions"] == found["s3"]["found"]["versions"] == 4
    assert found["dynamodb"]["deleted"] == {"items": 2}
    assert later.erasure.work(CASE).goes_on


def test_a_store_that_a_run_did_not_come_to_keeps_its_count_for_the_next(
    aws: Aws, name: str, emulator: Emulator
) -> None:
    empty_all(aws)
    second, third = door(emulator), door(emulator)
    step(second, second.erasure.objects, CASE, S3)
    assert third.erasure.work(CASE).earlier["cognito"] == {"accounts": 1}


def test_an_index_is_waited_for(emulator: Emulator, aws: Aws) -> None:
    name = next(NAMES)
    data = TableData(aws.target.table, (("GSI1PK", "OWNER#{user_id}"),), "GSI1")
    by_index = door(emulator, data=(data,))
    add_user(by_index, name, objects=0, items=0)
    item: dict[str, Any] = {"PK": {"S": "P"}, "SK": {"S": name}}
    item |= {"GSI1PK": {"S": f"OWNER#{name}"}, "GSI1SK": {"S": "1"}}
    with by_index.changing():
        by_index.client("dynamodb").put_item(TableName=data.table, Item=item)
    offered(by_index, by_index.persons.resolve(by_index.target.user_pool, name).subject)
    assert not by_index.erasure.indexes(CASE).done
    step(by_index, by_index.erasure.items, CASE, 0)
    assert by_index.erasure.indexes(CASE).done


def test_a_case_that_is_offered_for_somebody_else_is_about_them(aws: Aws) -> None:
    first, second = Subject("ann"), Subject("bob")
    names = {aws.erasure.offer(CASE, it, "pool", True) for it in (first, second)}
    assert len(names) == 2
    assert aws.erasure.work(CASE).subject == second
