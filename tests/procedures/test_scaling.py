"""What scaling rests on."""

from __future__ import annotations

import pytest

from opsctl.aws import Aws
from opsctl.aws.autoscaling import Bounds
from opsctl.plan import Danger, Do
from opsctl.procedures import scaling
from opsctl.procedures.scaling import Facts


def test_count_and_bounds_are_read_at_once(local: Aws) -> None:
    facts = scaling.read(local)
    assert facts.desired == 2
    assert facts.bounds == Bounds(2, 6)
    assert facts.most == local.target.max_tasks


@pytest.mark.parametrize(("count", "moved"), [(1, 2), (4, 4), (9, 6)])
def test_aws_moves_the_count_into_the_bounds(count: int, moved: int) -> None:
    assert scaling.clamped(count, Bounds(2, 6)) == moved


def test_zero_is_severe_whatever_it_was() -> None:
    assert scaling.danger(0, fewer=True) is Danger.SEVERE
    assert scaling.danger(1, fewer=True) is Danger.MODERATE
    assert scaling.danger(1, fewer=False) is Danger.MILD


def test_the_limit_of_the_target_is_the_last_number_allowed() -> None:
    facts = Facts("c", "s", 2, None, 20)
    assert scaling.too_many(20, facts) == ()
    assert scaling.too_many(21, facts)


WITHIN = Facts("c", "s", 2, Bounds(2, 6), 20)


@pytest.mark.parametrize("lower", [Bounds(2, 5), Bounds(1, 6)])
def test_lowering_one_bound_alone_is_moderate_and_raising_it_again_mild(lower: Bounds) -> None:
    step = scaling.set_bounds(WITHIN, Bounds(2, 6), lower)
    assert step.danger is Danger.MODERATE
    assert [it.danger for it in step.undo if isinstance(it, Do)] == [Danger.MILD]


def test_an_undo_that_leaves_fewer_tasks_is_moderate() -> None:
    more = scaling.set_count(WITHIN, 5)
    assert more.danger is Danger.MILD
    assert [it.danger for it in more.undo if isinstance(it, Do)] == [Danger.MODERATE]
