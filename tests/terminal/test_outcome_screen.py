"""How a command ended: what was done, how to undo it, what to do next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opsctl import errors
from opsctl.outcome import Outcome, StepStatus
from opsctl.plan import Danger, Plan
from opsctl.terminal.layout import lines
from opsctl.terminal.outcome_screen import answer, duration, problem

RUN = "20261123T185501Z-7f3a"


def said(outcome: Outcome) -> list[str]:
    return list(lines(answer(outcome, env="prod", elapsed=72.4), colour=False))


def complained(outcome: Outcome) -> list[str]:
    return list(lines(problem(outcome, env="prod"), colour=False))


def statuses(plan: Plan, *words: str) -> list[StepStatus]:
    padded = [*words, *["pending"] * len(plan.steps)]
    return [StepStatus(step.title, word) for step, word in zip(plan.steps, padded, strict=False)]


def test_a_run_that_is_done_says_how_to_undo_it_and_what_to_type_next(plan: Plan) -> None:
    outcome = Outcome("rollback", "done", plan=plan, run=RUN)
    outcome.steps = statuses(plan, "done", "done", "done", "done")
    assert said(outcome) == [
        "Done in 1 min 12 s: go back to revision 42",
        f"Undo: opsctl undo {RUN} --env prod",
        "Next: opsctl status --env prod",
    ]


def test_nothing_to_do_is_a_sentence() -> None:
    outcome = Outcome("scale", "nothing_to_do", plan=Plan("3 tasks run already"))
    assert said(outcome) == ["Nothing to do: 3 tasks run already"]


def test_a_dry_run_ends_with_nothing_was_changed(plan: Plan) -> None:
    outcome = Outcome("rollback", "planned", plan=plan)
    assert said(outcome)[-1] == "Dry run: nothing was changed."


def test_an_undo_is_not_promised_for_what_has_none(plan: Plan) -> None:
    only = Plan("delete the note", steps=plan.steps[1:2])
    outcome = Outcome("x", "done", plan=only, run=RUN, steps=statuses(only, "done"))
    assert said(outcome)[1] == "Undo: none; a note is not kept"


def test_where_something_is_lost_for_good_no_undo_of_the_rest_is_promised(plan: Plan) -> None:
    lost = replace(plan.steps[1], danger=Danger.SEVERE)  # type: ignore[type-var]
    both = Plan("purge", steps=(plan.steps[0], lost))
    outcome = Outcome("x", "failed", plan=both, run=RUN, steps=statuses(both, "done", "failed"))
    assert said(outcome)[1] == "Undo: none; a note is not kept"
    outcome.steps = statuses(both, "done")
    assert said(outcome)[1] == f"Undo: opsctl undo {RUN} --env prod"


def test_a_failure_in_the_middle_shows_how_far_it_came(plan: Plan) -> None:
    error = errors.StepFailed("the bucket is gone\nsince today", hint="make it\nthen try again")
    outcome = Outcome("rollback", "failed", 20, plan=plan, error=error, run=RUN)
    outcome.steps = statuses(plan, "done", "failed")
    assert complained(outcome) == [
        "",
        "How far it came",
        "  done  Set revision 42",
        "  failed  Delete the note",
        "  not begun  Wait for the deployment",
        "  not begun  Tell the users",
        "",
        "Error: the bucket is gone",
        "       since today",
        "Hint:  make it",
        "       then try again",
        f"The journal has it: opsctl history show {RUN} --env prod",
        f"Undo: opsctl undo {RUN} --env prod",
    ]


def test_what_was_rolled_back_by_itself_is_not_to_be_undone(plan: Plan) -> None:
    error = errors.RolledBack("43 failed, 42 serves")
    outcome = Outcome("deploy", "failed", 23, plan=plan, error=error, run=RUN)
    outcome.steps = statuses(plan, "done", "failed")
    assert not any(line.startswith("Undo") for line in complained(outcome))


@pytest.mark.parametrize("kind", errors.NothingChanged.__subclasses__())
def test_a_refusal_says_that_nothing_was_changed(kind: type[errors.OpsctlError]) -> None:
    outcome = Outcome("x", kind.status, kind.code, error=kind("no", hint="yes"))
    assert complained(outcome) == ["Error: no", "Hint:  yes", "Nothing was changed."]


def test_a_walk_that_was_stopped_after_a_step_does_not_say_that_nothing_was_changed() -> None:
    outcome = Outcome("x", "cancelled", 16, error=errors.Cancelled("no"))
    outcome.steps = [StepStatus("one", "done"), StepStatus("two")]
    assert "Nothing was changed." not in complained(outcome)
    outcome.steps = [StepStatus("one"), StepStatus("two")]
    assert "Nothing was changed." in complained(outcome)


@pytest.mark.parametrize("kind", errors.SomethingChanged.__subclasses__())
def test_nobody_claims_that_nothing_changed_when_it_may_have(
    kind: type[errors.OpsctlError],
) -> None:
    outcome = Outcome("x", kind.status, kind.code, error=kind("no"))
    assert "Nothing was changed." not in complained(outcome)


def test_nothing_was_changed_is_said_once() -> None:
    error = errors.Cancelled("Ctrl-C: nothing was changed.")
    assert complained(Outcome("x", "cancelled", 130, error=error)) == [
        "Error: Ctrl-C: nothing was changed."
    ]


def test_an_error_without_a_hint_has_no_empty_hint() -> None:
    outcome = Outcome("x", "failed", 18, error=errors.Unreachable("no"))
    assert complained(outcome) == ["Error: no", "Nothing was changed."]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.6, "1 min"), (72.4, "1 min 12 s")],
)
def test_durations_read_as_people_say_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words
