"""A release through Terraform as steps: what is applied, what follows, what is severe."""

from __future__ import annotations

import pytest
from planned import ALARM, RELEASE, saved
from samples import live

from opsctl.aws.terraform_plans import Change, Planned
from opsctl.aws.tfvars import Value
from opsctl.plan import Danger, Do, Wait
from opsctl.procedures import terraform_release

VALUES: dict[str, Value] = {"image": "new", "task_cpu": 512}
FORMER: dict[str, Value] = {"image": "old", "task_cpu": 512}
TABLE = Change("aws_dynamodb_table.captions", "aws_dynamodb_table", "replace")
SERVICE = Change("aws_ecs_service.app", "aws_ecs_service", "replace")
DASHBOARD = Change("aws_cloudwatch_dashboard.app", "aws_cloudwatch_dashboard", "destroy")


def steps(planned: Planned) -> tuple[Do | Wait, ...]:
    return terraform_release.steps("prod", live(), planned, VALUES, timeout=60, again="again")


def test_only_what_differs_is_written_and_the_undo_puts_it_back() -> None:
    apply, wait = steps(saved(*RELEASE, former=FORMER))
    assert isinstance(apply, Do)
    assert apply.call.arguments["values"] == {"image": "new"}
    assert apply.call.arguments["replacing"] == {"image": "old"}
    assert apply.call.arguments["plan"] == "d1"
    back, again = apply.undo
    assert isinstance(back, Do)
    assert back.call.arguments == {"values": {"image": "old"}, "replacing": {"image": "new"}}
    assert isinstance(wait, Wait)
    assert wait.follows
    assert again == wait


def test_where_no_release_is_made_nothing_is_followed() -> None:
    (apply,) = steps(saved(ALARM, former=FORMER))
    assert isinstance(apply, Do)
    assert len(apply.undo) == 1


@pytest.mark.parametrize("change", [TABLE, SERVICE, DASHBOARD])
def test_what_is_lost_interrupted_or_destroyed_is_severe(change: Change) -> None:
    assert terraform_release.danger(saved(change, former=FORMER)) is Danger.SEVERE
    assert terraform_release.danger(saved(*RELEASE, former=FORMER)) is Danger.MODERATE


@pytest.mark.parametrize("change", [TABLE, DASHBOARD])
def test_what_is_gone_has_no_undo(change: Change) -> None:
    apply = steps(saved(change, *RELEASE, former=FORMER))[0]
    assert isinstance(apply, Do)
    assert (apply.undo, bool(apply.no_undo)) == ((), True)


def test_what_is_lost_is_told_first_and_by_name() -> None:
    notes = terraform_release.notes(saved(ALARM, *RELEASE, TABLE, SERVICE, former=FORMER))
    assert notes[0] == "Terraform's plan: 0 to create, 2 to change, 3 to replace, 0 to destroy."
    assert "aws_dynamodb_table.captions" in notes[1]
    assert any(it.startswith("LOST: replace aws_dynamodb_table.captions") for it in notes)
    assert any(it.startswith("OUTAGE: replace aws_ecs_service.app") for it in notes)


def test_many_changes_are_cut_and_the_rest_is_counted() -> None:
    many = [Change(f"aws_x.n{i:02}", "aws_x", "create") for i in range(30)]
    assert "… and 10 more: terraform plan shows all." in terraform_release.notes(
        saved(*many, former=FORMER)
    )


def test_drift_is_told_with_the_names_of_what_drifted() -> None:
    drifted = (Change("aws_ecs_service.app", "aws_ecs_service", "change", ("tags",)),)
    notes = terraform_release.notes(saved(*RELEASE, former=FORMER, drifted=drifted))
    assert "Changed outside Terraform since its last run: aws_ecs_service.app (tags)." in notes


def test_after_a_failure_the_file_is_put_right() -> None:
    (step,) = terraform_release.put_right(live(), saved(*RELEASE, former=FORMER), VALUES)
    assert step.call.method == "keep_what_runs"
    assert step.call.arguments["values"] == {"image": "new"}
