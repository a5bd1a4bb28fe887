"""The tiers of danger: who may say yes to what."""

from __future__ import annotations

import pytest

from opsctl import errors
from opsctl.plan import Danger
from opsctl.terminal.consent import Answers, Question, Where, question

STAGING = Where("staging", protected=False, explicit=True)
PROD = Where("prod", protected=True, explicit=True)
PROD_BY_DEFAULT = Where("prod", protected=True, explicit=False)


def ask(
    danger: Danger,
    where: Where = STAGING,
    *,
    subject: str | None = "user-42",
    can_ask: bool = True,
    yes: bool = False,
    confirm: str | None = None,
    no_input: bool = False,
) -> Question | None:
    answers = Answers(yes=yes, confirm=confirm, no_input=no_input)
    return question(danger, where, answers, can_ask=can_ask, subject=subject)


@pytest.mark.parametrize("where", [STAGING, PROD, PROD_BY_DEFAULT])
def test_what_changes_nothing_is_never_asked(where: Where) -> None:
    assert ask(Danger.NONE, where, can_ask=False, no_input=True) is None


@pytest.mark.parametrize(
    ("danger", "where", "typed"),
    [
        (Danger.MILD, STAGING, ""),
        (Danger.MILD, PROD, ""),
        (Danger.MODERATE, STAGING, ""),
        (Danger.MODERATE, PROD, "prod"),
        (Danger.SEVERE, STAGING, "user-42"),
        (Danger.SEVERE, PROD, "user-42"),
    ],
)
def test_a_terminal_is_asked_by_the_tier(danger: Danger, where: Where, typed: str) -> None:
    assert ask(danger, where) == Question(typed)


@pytest.mark.parametrize(
    ("danger", "where"),
    [(Danger.MILD, STAGING), (Danger.MILD, PROD), (Danger.MODERATE, STAGING)],
)
def test_yes_settles_what_is_reversible(danger: Danger, where: Where) -> None:
    assert ask(danger, where, yes=True, can_ask=False) is None


@pytest.mark.parametrize("can_ask", [True, False])
@pytest.mark.parametrize(
    ("danger", "where", "flag"),
    [
        (Danger.MODERATE, PROD, "--confirm prod"),
        (Danger.SEVERE, STAGING, "--confirm user-42"),
        (Danger.SEVERE, PROD, "--confirm user-42"),
    ],
)
def test_yes_is_rejected_loudly_where_it_is_too_weak(
    danger: Danger, where: Where, flag: str, can_ask: bool
) -> None:
    with pytest.raises(errors.NeedsAnswer, match="--yes is not enough") as refused:
        ask(danger, where, yes=True, can_ask=can_ask)
    assert flag in refused.value.hint


@pytest.mark.parametrize(
    ("danger", "where", "name"),
    [
        (Danger.MILD, STAGING, "staging"),
        (Danger.MODERATE, PROD, "prod"),
        (Danger.SEVERE, PROD, "user-42"),
    ],
)
def test_the_right_name_settles_every_tier(danger: Danger, where: Where, name: str) -> None:
    assert ask(danger, where, confirm=name, can_ask=False) is None
    assert ask(danger, where, confirm=name, yes=True, can_ask=False) is None


@pytest.mark.parametrize("wrong", ["", "delete", "yes", "prod", "user-4", "USER-42", "user-42 "])
def test_only_the_subjects_own_name_confirms_what_is_severe(wrong: str) -> None:
    with pytest.raises(errors.Forbidden, match="user-42"):
        ask(Danger.SEVERE, PROD, confirm=wrong)


@pytest.mark.parametrize("danger", [Danger.MILD, Danger.MODERATE])
def test_the_name_of_another_environment_confirms_nothing(danger: Danger) -> None:
    with pytest.raises(errors.Forbidden, match="staging"):
        ask(danger, STAGING, confirm="prod", yes=True)


@pytest.mark.parametrize(
    ("danger", "where", "flag"),
    [
        (Danger.MILD, STAGING, "Add --yes"),
        (Danger.MODERATE, STAGING, "Add --yes"),
        (Danger.MODERATE, PROD, "Add --confirm prod"),
        (Danger.SEVERE, PROD, "Add --confirm user-42"),
    ],
)
def test_without_a_terminal_the_refusal_names_the_flag(
    danger: Danger, where: Where, flag: str
) -> None:
    with pytest.raises(errors.NeedsAnswer) as refused:
        ask(danger, where, can_ask=False)
    assert refused.value.hint == flag
    with pytest.raises(errors.NeedsAnswer, match="--no-input"):
        ask(danger, where, no_input=True)


def test_severe_needs_the_environment_in_this_command_even_with_the_name() -> None:
    for confirm in (None, "user-42"):
        with pytest.raises(errors.NeedsAnswer) as refused:
            ask(Danger.SEVERE, PROD_BY_DEFAULT, confirm=confirm)
        assert "--env prod" in refused.value.hint


def test_a_severe_plan_without_a_subject_cannot_be_confirmed_by_an_empty_answer() -> None:
    with pytest.raises(errors.OpsctlError, match="bug"):
        ask(Danger.SEVERE, PROD, subject="")
    with pytest.raises(errors.OpsctlError, match="bug"):
        ask(Danger.SEVERE, PROD, subject="", confirm="")


def test_before_the_plan_is_known_a_name_is_taken_on_trust_and_its_place_is_shown() -> None:
    assert ask(Danger.SEVERE, PROD, subject=None, confirm="whoever") is None
    with pytest.raises(errors.NeedsAnswer) as refused:
        ask(Danger.SEVERE, PROD, subject=None, can_ask=False)
    assert refused.value.hint == "Add --confirm NAME"


def test_a_name_for_a_plan_that_may_turn_out_severe_is_not_refused_too_early() -> None:
    assert ask(Danger.MILD, PROD, subject=None, confirm="user-42") is None
    assert ask(Danger.MODERATE, PROD, subject=None, confirm="user-42") is None


HIDDEN = "user-3fa9c2d1e0b4"


def confirmed(given: str) -> Question | None:
    answers = Answers(confirm=given)
    return question(Danger.SEVERE, PROD, answers, can_ask=False, subject="alice", pseudonym=HIDDEN)


@pytest.mark.parametrize("given", ["alice", HIDDEN])
def test_a_subject_with_a_pseudonym_is_confirmed_by_either(given: str) -> None:
    assert confirmed(given) is None


@pytest.mark.parametrize("given", ["", "prod", "bob", "user-", "alice "])
def test_another_name_is_refused_without_naming_anybody(given: str) -> None:
    with pytest.raises(errors.Forbidden) as raised:
        confirmed(given)
    assert HIDDEN in raised.value.hint
    assert "alice" not in raised.value.message + raised.value.hint


def test_a_missing_confirmation_of_a_hidden_subject_names_the_pseudonym() -> None:
    with pytest.raises(errors.NeedsAnswer) as raised:
        question(
            Danger.SEVERE, PROD, Answers(yes=True), can_ask=True, subject="al", pseudonym=HIDDEN
        )
    assert raised.value.hint == f"Add --confirm {HIDDEN}"


def test_without_a_pseudonym_an_empty_name_confirms_nothing() -> None:
    with pytest.raises(errors.Forbidden):
        ask(Danger.SEVERE, confirm="", can_ask=False)
