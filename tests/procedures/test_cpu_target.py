"""CPU target: facts in, plan out."""

from __future__ import annotations

import pytest

from opsctl.aws.autoscaling import CPU, Policy
from opsctl.errors import UsageProblem
from opsctl.plan import Danger, Do, Plan, undo_steps
from opsctl.procedures import cpu_target
from opsctl.procedures.cpu_target import Facts, Request

POLICY = Policy(
    "cpu",
    "TargetTrackingScaling",
    {"TargetValue": 70.0, "PredefinedMetricSpecification": {"PredefinedMetricType": CPU}},
)


def plan(percent: float, *policies: Policy) -> Plan:
    return cpu_target.plan(Request("prod", percent), Facts("c", "s", policies or (POLICY,)))


def test_one_field_of_the_policy_is_set() -> None:
    (step,) = plan(60).steps
    assert isinstance(step, Do)
    assert step.call.arguments == {
        "cluster": "c",
        "service": "s",
        "policy": "cpu",
        "target": 60.0,
        "replacing": 70.0,
    }


def test_the_target_that_is_there_already_is_nothing_to_do() -> None:
    assert plan(70).steps == ()


def test_busier_tasks_are_moderate_and_calmer_ones_mild() -> None:
    assert plan(80).danger is Danger.MODERATE
    assert plan(60).danger is Danger.MILD


@pytest.mark.parametrize("percent", [0, -5, 101, float("nan")])
def test_what_is_no_percentage_is_a_usage_error(percent: float) -> None:
    with pytest.raises(UsageProblem):
        plan(percent)


def test_no_policy_and_two_policies_are_refused() -> None:
    none = cpu_target.plan(Request("prod", 60), Facts("c", "s", ()))
    assert "no target-tracking policy" in none.refusals[0].reason
    assert "against each other" in plan(60, POLICY, POLICY).refusals[0].reason


def test_its_undo_sets_the_former_target() -> None:
    (back,) = undo_steps(plan(60).steps)
    assert isinstance(back, Do)
    assert back.call.arguments["target"] == 70.0
    assert back.call.arguments["replacing"] == 60.0
