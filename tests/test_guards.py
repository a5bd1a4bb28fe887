"""Guards: reasons not to that hold for every procedure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from opsctl import guards
from opsctl.plan import Call, Danger, Do, Plan, Refusal, Wait
from opsctl.targets import Target
from opsctl.targets.freezes import Freeze

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
STEP = Do("x", Call("g", "x"))
MODERATE = Plan("x", steps=(STEP,), danger=Danger.MODERATE)
NOTABLE = [Danger.MODERATE, Danger.SEVERE]


@pytest.fixture
def kept(target: Target) -> Target:
    """Protected, with a window, and named in the command."""
    window = ("Sundays 02:00-04:00 UTC",)
    return replace(target, protected=True, windows=window, explicit=True)


def test_what_cannot_be_undone_needs_its_environment_named(target: Target) -> None:
    severe = Plan("x", steps=(STEP,), danger=Danger.SEVERE)
    (refusal,) = guards.refusals(severe, target, NOW)
    assert f"--env {target.env}" in refusal.hint
    assert guards.refusals(severe, replace(target, explicit=True), NOW) == ()


@pytest.mark.parametrize("danger", [Danger.NONE, Danger.MILD, Danger.MODERATE])
def test_what_can_be_undone_does_not(danger: Danger, target: Target) -> None:
    assert guards.refusals(Plan("x", steps=(STEP,), danger=danger), target, NOW) == ()


def test_a_plan_that_changes_nothing_is_never_guarded(target: Target, kept: Target) -> None:
    wait = Wait("x", Call("g", "x"), timeout=1)
    for plan in (Plan("x", danger=Danger.SEVERE), replace(MODERATE, steps=(wait,))):
        assert guards.refusals(plan, target, NOW) == ()
        assert guards.guarded(plan, kept, NOW) == plan
        assert guards.guarded(plan, kept, NOW, emergency=True) == plan


@pytest.mark.parametrize("danger", NOTABLE)
def test_what_users_notice_waits_for_a_window(danger: Danger, kept: Target) -> None:
    (refusal,) = guards.refusals(replace(MODERATE, danger=danger), kept, NOW)
    assert "No maintenance window of prod is open now (Sundays 02:00-04:00 UTC)" in refusal.reason
    assert "2026-11-29 02:00 UTC (in 2d14h), until 2026-11-29 04:00 UTC" in refusal.hint
    assert refusal.override == "--emergency --reason TEXT"


@pytest.mark.parametrize("danger", [Danger.NONE, Danger.MILD])
def test_what_is_small_does_not(danger: Danger, kept: Target) -> None:
    frozen = replace(kept, freezes=(Freeze(NOW, SUNDAY, "sale"),))
    for it in (kept, frozen):
        assert guards.guarded(replace(MODERATE, danger=danger), it, NOW) == replace(
            MODERATE, danger=danger
        )


def test_inside_a_window_nothing_is_refused_and_the_plan_says_until_when(kept: Target) -> None:
    plan = guards.guarded(MODERATE, kept, SUNDAY)
    assert plan.refusals == ()
    assert plan.notes == ("Changes are made until 2026-11-29 04:00 UTC (in 1h).",)


def test_a_freeze_refuses_inside_a_window_too_and_without_windows(kept: Target) -> None:
    freeze = Freeze(SUNDAY - timedelta(days=1), SUNDAY + timedelta(days=2), "sale")
    for it in (replace(kept, freezes=(freeze,)), replace(kept, windows=(), freezes=(freeze,))):
        (refusal,) = guards.refusals(MODERATE, it, SUNDAY)
        assert refusal.reason == "prod is frozen until 2026-12-01 03:00 UTC: sale."
    assert "2026-12-01 03:00" in refusal.hint


def test_a_target_without_a_calendar_or_protection_is_not_kept(kept: Target) -> None:
    for it in (replace(kept, windows=()), replace(kept, protected=False)):
        assert guards.guarded(MODERATE, it, NOW) == MODERATE
        assert not guards.keeps_time(it)


def test_an_emergency_lifts_the_refusal_and_the_plan_says_so(kept: Target) -> None:
    plan = guards.guarded(MODERATE, kept, NOW, emergency=True)
    assert plan.refusals == ()
    assert plan.emergency == "outside the maintenance windows"
    (note,) = plan.notes
    assert "1h notice is owed" in note
    frozen = replace(kept, freezes=(Freeze(NOW, SUNDAY, "sale"),), emergency_notice=7200.0)
    plan = guards.guarded(MODERATE, frozen, NOW, emergency=True)
    assert plan.emergency == "in a freeze"
    assert "2h notice" in plan.notes[0]


def test_an_emergency_lifts_nothing_else(kept: Target) -> None:
    own = Refusal("a deployment is under way", override="--although")
    severe = Plan("x", steps=(STEP,), danger=Danger.SEVERE, subject="x", refusals=(own,))
    plan = guards.guarded(severe, replace(kept, explicit=False), NOW, emergency=True)
    assert [it.override for it in plan.refusals] == ["--although", ""]


def test_an_emergency_that_is_none_is_said_and_not_recorded(kept: Target) -> None:
    plan = guards.guarded(MODERATE, kept, SUNDAY, emergency=True)
    assert plan.emergency == ""
    assert "lifts nothing" in plan.notes[0]


def test_the_end_tells_every_reason_and_how_to_go_on() -> None:
    error = guards.forbidden(
        [
            Refusal("one", "wait", "--emergency --reason TEXT"),
            Refusal("two", "add --move-bounds", "--move-bounds"),
        ]
    )
    assert error.message == "one\ntwo"
    assert error.hint.split("\n") == [
        "wait",
        "To do it all the same: add --emergency --reason TEXT",
        "add --move-bounds",
    ]


def test_the_notes_of_the_plan_come_first(kept: Target) -> None:
    own, window = guards.guarded(replace(MODERATE, notes=("own",)), kept, SUNDAY).notes
    assert own == "own"
    assert "Changes are made until" in window


def test_in_the_sandbox_no_environment_needs_to_be_named(target: Target) -> None:
    severe = Plan("x", steps=(STEP,), danger=Danger.SEVERE)
    assert guards.refusals(severe, replace(target, env="local"), NOW) == ()
