"""Rollback: facts in, plan out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from samples import BEGAN, REGISTRY, arn, definition, deployment, digest, live, service

from opsctl.aws.deployments import Hook
from opsctl.plan import Danger, Do, Wait, undo_steps
from opsctl.procedures import rollback
from opsctl.procedures.rollback import Facts, Request
from opsctl.procedures.rollback_goal import Goal

REQUEST = Request("prod")
OLD = f"{REGISTRY}@{digest('b')}"


def goal(**changes: object) -> Goal:
    made = Goal(definition(2, OLD), deployment(2), (("app", OLD),), (), "", ())
    return replace(made, **changes)  # type: ignore[arg-type]


def test_with_nothing_in_flight_the_service_is_pointed_at_the_goal_and_followed() -> None:
    plan = rollback.plan(REQUEST, Facts(live(), goal()))
    change, wait = plan.steps
    assert isinstance(change, Do)
    assert isinstance(wait, Wait)
    assert change.call.method == "point_at"
    assert change.call.arguments["task_definition"] == arn(2)
    assert change.call.arguments["leaving"] == arn(3)
    assert wait.follows
    assert plan.danger is Danger.MODERATE


def test_a_deployment_in_flight_is_stopped_with_rollback() -> None:
    flight = deployment(4, "IN_PROGRESS")
    plan = rollback.plan(REQUEST, Facts(live(latest=flight), None))
    stop, wait = plan.steps
    assert isinstance(stop, Do)
    assert isinstance(wait, Wait)
    assert (stop.call.method, stop.call.arguments) == (
        "stop_with_rollback",
        {"deployment": flight.arn},
    )
    assert wait.check.method == "rollback"
    assert "opsctl rollback --to" in stop.no_undo


def test_a_deployment_paused_at_a_hook_is_answered_with_rollback() -> None:
    flight = deployment(4, "IN_PROGRESS", hooks=(Hook("h1", "AWAITING_ACTION", BEGAN),))
    answer = rollback.plan(REQUEST, Facts(live(latest=flight), None)).steps[0]
    assert isinstance(answer, Do)
    assert answer.call.arguments == {"deployment": flight.arn, "hook": "h1"}


@pytest.mark.parametrize("status", ["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"])
def test_a_rollback_under_way_is_only_followed(status: str) -> None:
    plan = rollback.plan(REQUEST, Facts(live(latest=deployment(4, status)), None))
    assert not plan.changes
    assert [type(step) for step in plan.steps] == [Wait]


def test_the_first_deployment_of_a_service_has_nothing_to_go_back_to() -> None:
    flight = deployment(1, "IN_PROGRESS", has_source=False)
    plan = rollback.plan(REQUEST, Facts(live(latest=flight), None))
    assert "first deployment" in plan.refusals[0].reason


def test_without_an_earlier_success_it_is_refused_and_says_how_to_name_one() -> None:
    plan = rollback.plan(REQUEST, Facts(live(), None))
    assert "nothing to go back to" in plan.refusals[0].reason
    assert "--to REVISION" in plan.refusals[0].hint


def test_the_live_revision_as_goal_is_nothing_to_do() -> None:
    plan = rollback.plan(Request("prod", "3"), Facts(live(), goal(definition=definition(3))))
    assert plan.steps == ()
    assert "already" in plan.summary


@pytest.mark.parametrize("why", ["it is INACTIVE", "its tag has moved"])
def test_an_inactive_or_moved_goal_is_registered_again_by_digest(why: str) -> None:
    plan = rollback.plan(REQUEST, Facts(live(), goal(copy=why)))
    change = plan.steps[0]
    assert isinstance(change, Do)
    assert change.call.method == "release"
    assert change.call.arguments["base"] == arn(2)
    assert change.call.arguments["images"] == {"app": OLD}
    assert why in change.title


def test_an_image_that_ecr_lost_is_refused_and_names_the_list() -> None:
    plan = rollback.plan(REQUEST, Facts(live(), goal(missing=(OLD,))))
    assert OLD in plan.refusals[0].reason
    assert "--list" in plan.refusals[0].hint


def test_naming_a_revision_during_a_deployment_is_refused() -> None:
    flight = deployment(4, "IN_PROGRESS")
    plan = rollback.plan(Request("prod", "2"), Facts(live(latest=flight), goal()))
    assert "under way" in plan.refusals[0].reason


def test_a_service_of_codedeploy_is_refused_with_its_own_command() -> None:
    plan = rollback.plan(REQUEST, Facts(live(service=service(controller="CODE_DEPLOY")), None))
    assert "stop-deployment" in plan.refusals[0].hint


def test_a_goal_without_proof_is_allowed_and_noted() -> None:
    plan = rollback.plan(Request("prod", "2"), Facts(live(), goal(deployment=None)))
    assert not plan.refusals
    assert any("no successful" in note for note in plan.notes)


def test_its_undo_returns_to_the_revision_that_was_live() -> None:
    back = next(iter(undo_steps(rollback.plan(REQUEST, Facts(live(), goal())).steps)))
    assert isinstance(back, Do)
    assert back.call.arguments["task_definition"] == arn(3)
    assert back.call.arguments["leaving"] == arn(2)
