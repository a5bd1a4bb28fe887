"""What can be named on a command line, of each kind; users are none of them."""

from __future__ import annotations

import pytest

from opsctl.aws import Aws
from opsctl.journal import Journal
from opsctl.plan import Call, Danger, Do, Plan
from opsctl.reports import choices
from opsctl.state import LocalStore


def values(kind: str, aws: Aws) -> list[str]:
    return [it.value for it in choices.of(kind, aws)]


def test_revisions_are_those_that_served_and_do_not_now(local: Aws) -> None:
    found = choices.of("revisions", local)
    assert [it.value for it in found] == ["2", "1"]
    assert found[0].about.startswith("image-caption-gen:1.1.0 of 20")


def test_tags_are_those_of_the_repository(local: Aws) -> None:
    assert {"1.2.0", "1.3.0", "1.4.0-crash"} <= set(values("tags", local))


def test_alarms_go_by_their_short_names_without_those_that_scale(local: Aws) -> None:
    known = ["cpu-high", "high-error-rate", "high-latency", "unhealthy-hosts"]
    assert values("alarms", local) == known


def test_only_silent_alarms_can_be_unsilenced(door: Aws) -> None:
    assert values("silent-alarms", door) == []
    name = "image-caption-gen-cpu-high-local"
    with door.changing():
        door.client("cloudwatch").disable_alarm_actions(AlarmNames=[name])
    try:
        assert values("silent-alarms", door) == ["cpu-high"]
    finally:
        with door.changing():
            door.client("cloudwatch").enable_alarm_actions(AlarmNames=[name])


def test_backups_are_listed_by_what_they_are_of(door: Aws) -> None:
    assert "backup-20" in "".join(values("table-backups", door))
    assert not set(values("bucket-backups", door)) & set(values("table-backups", door))


def test_runs_are_read_from_the_journal_without_aws(door: Aws) -> None:
    made = begun(door, "deploy")
    assert values("runs", door) == ["last", made]
    assert values("undoable", door) == ["last", made]
    assert door.requests == []


def begun(aws: Aws, command: str) -> str:
    """A run with one change, done."""
    plan = Plan("Change", (Do("Do", Call("ecs", "x", {}), no_undo="none"),), Danger.MILD)
    journal = Journal(LocalStore(), aws.target.env)
    run = journal.begin(
        command=command,
        caller="arn:aws:iam::123456789012:user/kim",
        plan=plan,
        reason="",
        account=aws.target.account,
        region=aws.target.region,
    )
    run.step_began(0, plan.steps[0])
    run.step_ended(0, status="done")
    run.ended(status="done", exit_code=0)
    return run.id


def test_keys_and_queries_come_from_the_configuration(door: Aws) -> None:
    assert values("secret-keys", door) == ["hf", "cognito", "access-key"]
    assert "errors" in values("queries", door)
    assert door.requests == []


@pytest.mark.parametrize("kind", choices.KINDS)
def test_no_kind_names_a_user_and_none_changes_anything(kind: str, door: Aws) -> None:
    told = " ".join(f"{it.value} {it.about}" for it in choices.of(kind, door))
    assert not {"alice", "bob", "carol"} & set(told.split())
    assert not any(it.mutating for it in door.requests)
    assert choices.needs_aws(kind, door.target) is bool(door.requests)
