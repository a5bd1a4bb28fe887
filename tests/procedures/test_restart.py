"""Restart: facts in, plan out."""

from __future__ import annotations

from samples import arn, deployment, live

from opsctl.plan import Danger, Do, Wait
from opsctl.procedures import restart
from opsctl.procedures.restart import Facts, Request

REQUEST = Request("prod")


def test_a_restart_is_a_forced_deployment_of_the_live_revision_and_a_wait() -> None:
    plan = restart.plan(REQUEST, Facts(live(), (), ()))
    change, wait = plan.steps
    assert isinstance(change, Do)
    assert isinstance(wait, Wait)
    assert change.call.method == "restart"
    assert change.call.arguments["task_definition"] == arn(3)
    assert plan.danger is Danger.MILD


def test_it_says_why_there_is_nothing_to_take_back() -> None:
    change = restart.plan(REQUEST, Facts(live(), (), ())).steps[0]
    assert isinstance(change, Do)
    assert not change.undo
    assert change.no_undo


def test_a_tag_that_moved_is_refused_since_it_would_bring_another_release() -> None:
    plan = restart.plan(REQUEST, Facts(live(), (), ("repo:latest",)))
    assert "would be a deployment" in plan.refusals[0].reason


def test_a_deployment_under_way_is_refused() -> None:
    plan = restart.plan(REQUEST, Facts(live(latest=deployment(4, "IN_PROGRESS")), (), ()))
    assert "under way" in plan.refusals[0].reason
