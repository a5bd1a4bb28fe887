"""Enable a user: facts in, plan out."""

from __future__ import annotations

from opsctl.aws.cognito_users import TokenLife, User
from opsctl.plan import Danger, Do, Plan, to_json, undo_steps
from opsctl.procedures import enable_user
from opsctl.procedures.accounts import Facts, Request

SUB = "6f0c2a58-9a0e-4c39-b8f1-2f4d4f3a9c11"


def plan(*, enabled: bool) -> Plan:
    user = User(SUB, "alice@example.com", enabled, "CONFIRMED")
    facts = Facts("eu-west-1_pool", user, TokenLife(300, 900, 86400))
    return enable_user.plan(Request("prod", "alice@example.com"), facts)


def test_a_disabled_user_is_enabled_and_the_undo_disables_again() -> None:
    made = plan(enabled=False)
    (step,) = made.steps
    (back,) = undo_steps(made.steps)
    assert isinstance(step, Do)
    assert isinstance(back, Do)
    assert (step.call.method, back.call.method) == ("enable", "disable")
    assert made.danger is Danger.MODERATE
    assert made.checks


def test_who_is_enabled_already_is_nothing_to_do() -> None:
    assert plan(enabled=True).steps == ()


def test_nothing_that_is_journaled_tells_who_it_is() -> None:
    made = plan(enabled=False)
    journaled = [made.summary, *(str(to_json(step)) for step in made.steps)]
    assert not any("alice" in each for each in journaled)
    assert "alice" in " ".join(made.notes)
