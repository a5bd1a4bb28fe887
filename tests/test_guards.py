"""Guards: reasons not to that hold for every procedure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opsctl import guards
from opsctl.plan import Call, Danger, Do, Plan
from opsctl.targets import Target

STEP = Do("x", Call("g", "x"))


def test_what_cannot_be_undone_needs_its_environment_named(target: Target) -> None:
    severe = Plan("x", steps=(STEP,), danger=Danger.SEVERE)
    (refusal,) = guards.refusals(severe, target)
    assert f"--env {target.env}" in refusal.hint
    assert guards.refusals(severe, replace(target, explicit=True)) == ()


@pytest.mark.parametrize("danger", [Danger.NONE, Danger.MILD, Danger.MODERATE])
def test_what_can_be_undone_does_not(danger: Danger, target: Target) -> None:
    assert guards.refusals(Plan("x", steps=(STEP,), danger=danger), target) == ()


def test_a_plan_that_changes_nothing_is_never_guarded(target: Target) -> None:
    assert guards.refusals(Plan("x", danger=Danger.SEVERE), target) == ()
