"""Scale count: facts in, plan out."""

from __future__ import annotations

import pytest

from opsctl.aws.autoscaling import Bounds
from opsctl.errors import UsageProblem
from opsctl.plan import Danger, Do, Plan, undo_steps
from opsctl.procedures import scale_count
from opsctl.procedures.scale_count import Request
from opsctl.procedures.scaling import Facts

FACTS = Facts("c", "s", 2, Bounds(2, 6), 20)


def plan(count: int, *, move_bounds: bool = False, facts: Facts = FACTS) -> Plan:
    return scale_count.plan(Request("prod", count, move_bounds), facts)


def calls(made: Plan) -> list[tuple[str, list[object]]]:
    return [
        (it.call.method, list(it.call.arguments.values()))
        for it in made.steps
        if isinstance(it, Do)
    ]


def test_within_the_bounds_only_the_count_is_set() -> None:
    assert calls(plan(4)) == [("set_desired_count", ["c", "s", 4, 2])]


def test_the_count_that_is_wanted_already_is_nothing_to_do() -> None:
    assert plan(2).steps == ()


@pytest.mark.parametrize("count", [8, 1])
def test_outside_the_bounds_it_explains_and_offers_to_move_both(count: int) -> None:
    (refusal,) = plan(count).refusals
    assert "2–6" in refusal.reason
    assert f"scale count {count} --move-bounds" in refusal.hint


def test_with_move_bounds_the_bounds_go_first_and_the_count_follows() -> None:
    made = plan(8, move_bounds=True)
    assert calls(made) == [
        ("set_bounds", ["c", "s", 2, 8, [2, 6]]),
        ("set_desired_count", ["c", "s", 8, 2]),
    ]
    assert not made.refusals


def test_without_autoscaling_there_are_no_bounds_to_hold_it() -> None:
    assert not plan(9, facts=Facts("c", "s", 2, None, 20)).refusals


@pytest.mark.parametrize(
    ("count", "danger"), [(4, Danger.MILD), (1, Danger.MODERATE), (0, Danger.SEVERE)]
)
def test_more_is_mild_fewer_is_moderate_and_none_is_severe(count: int, danger: Danger) -> None:
    made = plan(count, move_bounds=True)
    assert made.danger is danger
    assert made.subject == "s"


def test_a_number_beyond_the_targets_limit_is_refused() -> None:
    assert any("max_tasks" in it.reason for it in plan(200, move_bounds=True).refusals)


def test_a_negative_number_is_a_usage_error() -> None:
    with pytest.raises(UsageProblem):
        plan(-1)


def test_its_undo_restores_the_count_and_then_the_bounds() -> None:
    back = [
        it.call.arguments
        for it in undo_steps(plan(8, move_bounds=True).steps)
        if isinstance(it, Do)
    ]
    assert [list(it.values())[2:] for it in back] == [[2, 8], [2, 6, [2, 8]]]


def test_a_count_that_the_new_bounds_bring_about_is_not_set_again() -> None:
    made = plan(1, move_bounds=True, facts=Facts("c", "s", 0, Bounds(2, 6), 20))
    assert calls(made) == [("set_bounds", ["c", "s", 1, 6, [2, 6]])]
