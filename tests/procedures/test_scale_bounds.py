"""Scale bounds: facts in, plan out."""

from __future__ import annotations

import pytest

from opsctl.aws.autoscaling import Bounds
from opsctl.errors import UsageProblem
from opsctl.plan import Danger, Do, Plan, Wait, undo_steps
from opsctl.procedures import scale_bounds
from opsctl.procedures.scale_bounds import Request
from opsctl.procedures.scaling import Facts

FACTS = Facts("c", "s", 2, Bounds(2, 6, ("Scheduled",)), 20)


def plan(minimum: int | None, maximum: int | None, facts: Facts = FACTS) -> Plan:
    return scale_bounds.plan(Request("prod", minimum, maximum), facts)


def test_a_bound_that_is_not_named_stays_as_it_is() -> None:
    step = plan(None, 8).steps[0]
    assert isinstance(step, Do)
    assert list(step.call.arguments.values()) == ["c", "s", 2, 8, [2, 6]]


def test_bounds_that_leave_the_count_behind_say_so_and_wait_for_the_move() -> None:
    made = plan(3, 6)
    assert [type(step) for step in made.steps] == [Do, Wait]
    assert any(it.name == "desired count" and it.after == "3" for it in made.differences)


def test_its_undo_restores_the_bounds_and_the_count_that_aws_moved() -> None:
    back = [
        list(it.call.arguments.values())
        for it in undo_steps(plan(3, 6).steps)
        if isinstance(it, Do)
    ]
    assert back == [["c", "s", 2, 6, [3, 6]], ["c", "s", 2, 3]]


def test_the_bounds_that_are_there_already_are_nothing_to_do() -> None:
    assert plan(2, 6).steps == ()


@pytest.mark.parametrize(("minimum", "maximum"), [(7, None), (5, 4), (-1, 3)])
def test_bounds_that_are_none_are_a_usage_error(minimum: int, maximum: int | None) -> None:
    with pytest.raises(UsageProblem):
        plan(minimum, maximum)


def test_without_autoscaling_it_is_refused_and_names_the_other_command() -> None:
    (refusal,) = plan(2, 6, Facts("c", "s", 2, None, 20)).refusals
    assert "opsctl scale count" in refusal.hint


def test_a_maximum_of_zero_is_an_outage_and_severe() -> None:
    assert plan(0, 0).danger is Danger.SEVERE


def test_narrower_bounds_are_moderate_and_wider_ones_mild() -> None:
    assert plan(2, 5).danger is Danger.MODERATE
    assert plan(2, 7).danger is Danger.MILD


def test_what_is_suspended_stays_so_and_is_noted() -> None:
    assert any("Scheduled" in note for note in plan(2, 8).notes)


def test_a_lower_minimum_alone_is_moderate() -> None:
    assert plan(1, None).danger is Danger.MODERATE


def test_a_maximum_above_what_the_target_allows_is_refused() -> None:
    assert plan(None, 20).refusals == ()
    (refusal,) = plan(None, 21).refusals
    assert "max_tasks" in refusal.hint
