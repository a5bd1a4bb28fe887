from dataclasses import replace
from typing import Any

import pytest

from opsctl.aws import Aws
from opsctl.plan import Call, Danger, Do, Json, Manual, Plan, Wait, undo_steps
from opsctl.procedures.undo import Change, Facts, Later, Request, danger, gather, plan


class Ecs:
    """The gateway methods that the samples name."""

    def set_count(self, count: int, replacing: int) -> Json: ...
    def follow(self, subject: str = "", *, cluster: str) -> Json: ...
    def _secret(self) -> Json: ...


class Fake(Aws):
    """An Aws with one gateway; nothing is ever called."""

    def __init__(self) -> None:
        self.ecs = Ecs()  # type: ignore[assignment]


FOLLOW = Wait("Wait for it", Call("ecs", "follow", {"cluster": "c"}), 60.0, follows=True)
BACK = Do("Set 2 tasks", Call("ecs", "set_count", {"count": 2, "replacing": 5}))
SCALE = Do(
    "Set 5 tasks", Call("ecs", "set_count", {"count": 5, "replacing": 2}), undo=(BACK, FOLLOW)
)
LIMIT = Do(
    "Raise the maximum",
    Call("autoscaling", "set_bounds", {"maximum": 8}),
    undo=(Do("Lower the maximum", Call("autoscaling", "set_bounds", {"maximum": 4})),),
)
NOTE = Do("Send a mail", Call("ses", "send"), no_undo="a mail cannot be taken back")
REQUEST = Request("r1", "scale count", "prod", (Change(1, SCALE),))
KNOWN = Facts(())


def reasons(made: Plan) -> list[str]:
    return [refusal.reason for refusal in made.refusals]


def test_a_run_is_taken_back_last_change_first() -> None:
    request = replace(REQUEST, changes=(Change(1, LIMIT), Change(2, SCALE)))
    made = plan(request, KNOWN)
    assert [step.title for step in made.steps] == [
        "Set 2 tasks",
        "Wait for it",
        "Lower the maximum",
    ]
    assert made.refusals == ()
    assert "r1" in made.summary


def test_an_undo_can_itself_be_undone() -> None:
    (first, *_) = plan(REQUEST, KNOWN).steps
    assert [step.title for step in undo_steps([first])] == ["Set 5 tasks", "Wait for it"]


def test_the_journal_learns_which_run_was_taken_back() -> None:
    assert plan(REQUEST, KNOWN).result == {"undoes": "r1"}


@pytest.mark.parametrize("danger", [Danger.MILD, Danger.MODERATE, Danger.SEVERE])
def test_it_is_as_dangerous_as_what_it_does_and_not_as_what_it_takes_back(danger: Danger) -> None:
    back = replace(BACK, danger=danger)
    made = plan(replace(REQUEST, changes=(Change(1, replace(SCALE, undo=(back,))),)), KNOWN)
    assert (made.danger, made.subject) == (danger, "r1")
    again = replace(SCALE, danger=Danger.SEVERE, undo=(replace(BACK, danger=Danger.MILD),))
    (first, *_) = plan(replace(REQUEST, changes=(Change(1, again),)), KNOWN).steps
    (redo,) = undo_steps([first])
    assert isinstance(redo, Do)
    assert redo.danger is Danger.SEVERE


def test_a_run_that_rolled_itself_back_leaves_nothing_to_do() -> None:
    made = plan(replace(REQUEST, rolled_back=True), KNOWN)
    assert made.steps == ()
    assert made.refusals == ()
    assert "rolled back" in made.summary


def test_a_run_that_was_undone_leaves_nothing_to_do() -> None:
    made = plan(replace(REQUEST, changes=(), undone_by="r2"), KNOWN)
    assert (made.steps, made.refusals) == ((), ())
    assert made.summary == "Run r1 was already taken back by r2."


def test_a_run_that_changed_nothing_leaves_nothing_to_do() -> None:
    made = plan(replace(REQUEST, changes=()), KNOWN)
    assert (made.steps, made.refusals) == ((), ())
    assert "changed nothing" in made.summary


def test_what_cannot_be_taken_back_is_refused_with_its_reason() -> None:
    made = plan(replace(REQUEST, changes=(Change(1, NOTE),)), KNOWN)
    assert reasons(made) == ["“Send a mail” cannot be taken back: a mail cannot be taken back."]


def test_what_cannot_be_taken_back_stays_when_the_rest_can() -> None:
    made = plan(replace(REQUEST, changes=(Change(1, SCALE), Change(2, NOTE))), KNOWN)
    assert made.refusals == ()
    assert made.notes == ("Step 2, “Send a mail”, stays: a mail cannot be taken back.",)


def test_a_step_that_was_cut_off_is_taken_back_with_a_note() -> None:
    made = plan(replace(REQUEST, changes=(Change(1, SCALE, certain=False),)), KNOWN)
    assert made.steps[0] == plan(REQUEST, KNOWN).steps[0]
    assert "not known" in made.notes[0]
    assert "--skip 1" in made.notes[0]


def test_a_step_that_failed_is_named_but_not_taken_back() -> None:
    made = plan(replace(REQUEST, failed=("Raise the maximum",)), KNOWN)
    assert len(made.steps) == 2
    assert "“Raise the maximum” failed" in made.notes[0]


def test_a_skipped_step_stays() -> None:
    request = replace(REQUEST, changes=(Change(1, SCALE), Change(3, LIMIT)), skip=frozenset({3}))
    made = plan(request, KNOWN)
    assert [step.title for step in made.steps] == ["Set 2 tasks", "Wait for it"]
    assert made.notes == ("Step 3, “Raise the maximum”, stays: you skip it.",)


def test_skipping_everything_is_refused() -> None:
    assert reasons(plan(replace(REQUEST, skip=frozenset({1})), KNOWN)) == [
        "Every change of that run is skipped."
    ]


def test_a_run_under_way_is_not_taken_back() -> None:
    assert "still going" in reasons(plan(replace(REQUEST, is_running=True), KNOWN))[0]


def test_a_later_run_that_changed_the_same_is_to_be_undone_first() -> None:
    later = (Later("r3", "deploy v2", frozenset({"ecs"})),)
    (refusal,) = plan(replace(REQUEST, later=later), KNOWN).refusals
    assert "r3 (deploy v2)" in refusal.reason
    assert refusal.hint == "Take that back first: opsctl undo r3 -e prod"
    assert refusal.override == "--out-of-order"


def test_out_of_order_lifts_that_and_says_so() -> None:
    later = (Later("r3", "deploy v2", frozenset({"ecs"})),)
    made = plan(replace(REQUEST, later=later, out_of_order=True), KNOWN)
    assert made.refusals == ()
    assert "r3 (deploy v2)" in made.notes[0]


def test_a_later_run_that_changed_something_else_is_not_in_the_way() -> None:
    later = (Later("r3", "security block-ip", frozenset({"waf"})),)
    assert plan(replace(REQUEST, later=later), KNOWN).refusals == ()


def test_steps_in_words_of_another_version_are_refused() -> None:
    made = plan(replace(REQUEST, unreadable=("Fly",)), KNOWN)
    assert "“Fly”" in reasons(made)[0]


def test_calls_that_this_version_can_make_are_found() -> None:
    assert gather(REQUEST, Fake()) == KNOWN


@pytest.mark.parametrize(
    "call",
    [
        Call("ecs", "no_such_method"),
        Call("no_such_gateway", "x"),
        Call("ecs", "set_count", {"count": 2, "surprise": 1}),
        Call("ecs", "_secret"),
    ],
)
def test_a_call_that_this_version_cannot_make_is_refused(call: Call) -> None:
    step = replace(SCALE, undo=(Do("Back", call),))
    request = replace(REQUEST, changes=(Change(1, step),))
    facts = gather(request, Fake())
    assert facts.unknown_calls == (str(call),)
    assert str(call) in reasons(plan(request, facts))[0]


def test_words_for_a_human_need_no_call() -> None:
    by_hand = replace(SCALE, undo=(Manual("Call them", "Say it was wrong"),))
    request = replace(REQUEST, changes=(Change(1, by_hand),))
    assert gather(request, Fake()) == KNOWN
    assert plan(request, KNOWN).steps == by_hand.undo


def test_it_is_as_dangerous_as_the_worst_of_its_steps() -> None:
    severe = replace(SCALE, undo=(replace(BACK, danger=Danger.SEVERE),))
    request = replace(REQUEST, changes=(Change(1, LIMIT), Change(2, severe)))
    assert danger(request) is Danger.SEVERE
    assert danger(replace(request, rolled_back=True)) is Danger.NONE


@pytest.mark.parametrize("why", [{"is_running": True}, {"unreadable": ("Fly",)}])
def test_a_running_or_unreadable_run_is_refused_even_without_known_changes(why: Any) -> None:
    made = plan(replace(REQUEST, changes=(), **why), KNOWN)
    assert len(made.refusals) == 1
