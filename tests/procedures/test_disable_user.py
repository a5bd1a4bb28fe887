"""Disable a user: facts in, plan out."""

from __future__ import annotations

from opsctl.aws.cognito_users import TokenLife, User
from opsctl.plan import Danger, Do, Plan, to_json, undo_steps
from opsctl.procedures import disable_user
from opsctl.procedures.accounts import Facts, Request

SUB = "6f0c2a58-9a0e-4c39-b8f1-2f4d4f3a9c11"


def plan(*, enabled: bool = True, sign_out: bool = False) -> Plan:
    user = User(SUB, "alice@example.com", enabled, "CONFIRMED")
    facts = Facts("eu-west-1_pool", user, TokenLife(300, 900, 86400))
    return disable_user.plan(Request("prod", "alice@example.com", sign_out), facts)


def methods(made: Plan) -> list[str]:
    return [step.call.method for step in made.steps if isinstance(step, Do)]


def test_disabled_first_then_signed_out_so_that_nobody_comes_in_between() -> None:
    made = plan()
    assert methods(made) == ["disable", "sign_out"]
    assert made.danger is Danger.MODERATE
    assert made.checks


def test_the_undo_enables_and_ended_sessions_stay_ended() -> None:
    (back,) = undo_steps(plan().steps)
    assert isinstance(back, Do)
    assert back.call.method == "enable"
    assert "stay ended" in plan().steps[1].no_undo  # type: ignore[union-attr]


def test_who_is_disabled_already_is_nothing_to_do_but_can_be_signed_out_again() -> None:
    assert plan(enabled=False).steps == ()
    assert "--sign-out" in " ".join(plan(enabled=False).notes)
    assert methods(plan(enabled=False, sign_out=True)) == ["sign_out"]


def test_it_says_who_it_is_and_how_long_an_old_token_may_be_believed() -> None:
    notes = " ".join(plan().notes)
    assert "alice@example.com" in notes
    assert "15m" in notes
    assert plan().result["tokens_may_live"] == 900


def test_nothing_that_is_journaled_tells_who_it_is() -> None:
    made = plan()
    journaled = [made.summary, *(str(to_json(step)) for step in made.steps)]
    assert not any("alice" in each for each in journaled)
    assert all(SUB in each for each in journaled)
