"""Recovery: what a failing plan takes back by itself, and what it leaves."""

from __future__ import annotations

from typing import Any

import pytest
from fakes import CHECK, DO, WAIT, FakeAws, Stage, answers
from fakes import sample_plan as plan

from opsctl import errors
from opsctl.plan import Call, Do, Progress, Wait

BACK = Do("Back", Call("ecs", "back", {}), undo=(DO,))
LOOK = Wait("It is as before", Call("ecs", "seen", {}), timeout=1)


def made(stage: Stage) -> list[str]:
    return [call.method for call in stage.aws.made]


def recovering(*steps: Any, **fields: Any) -> Any:
    return plan(*steps, on_failure=(BACK, LOOK), **fields)


def test_a_failing_wait_takes_back_what_was_done_and_keeps_its_exit_code(stage: Stage) -> None:
    lost = errors.RolledBack("the new tasks failed", hint="mend them")
    stage.aws = FakeAws(answers(look=lost, seen=Progress(True, "")))
    outcome = stage.run(recovering())
    assert outcome.exit_code == 23
    assert made(stage) == ["change", "look", "back", "seen"]
    assert "taken back" in str(outcome.error)
    assert "mend them" in getattr(outcome.error, "hint", "")
    assert [it.status for it in outcome.steps] == ["taken back", "failed", "done", "done"]


def test_a_check_that_does_not_hold_takes_it_back_too(stage: Stage) -> None:
    stage.aws = FakeAws(answers(holds=Progress(False, "503"), seen=Progress(True, "")))
    outcome = stage.run(recovering(checks=(CHECK,)))
    assert outcome.exit_code == 21
    assert made(stage)[-2:] == ["back", "seen"]


def test_what_the_run_took_back_is_not_in_effect_any_more(stage: Stage) -> None:
    stage.aws = FakeAws(answers(look=errors.StepFailed("no"), seen=Progress(True, "")))
    outcome = stage.run(recovering())
    record = stage.journal.run(outcome.run)
    assert [it.step.title for it in record.steps] == [DO.title, WAIT.title, "Back", LOOK.title]
    assert record.in_effect == ()
    assert record.undone_by == record.id


def test_a_recovery_that_fails_says_so_and_both_stay_in_the_journal(stage: Stage) -> None:
    stage.aws = FakeAws(answers(look=errors.StepFailed("no"), back=errors.NoAccess("denied")))
    outcome = stage.run(recovering())
    assert outcome.exit_code == 20
    assert "Taking it back failed too" in str(outcome.error)
    assert "opsctl undo" in getattr(outcome.error, "hint", "")
    record = stage.journal.run(outcome.run)
    assert [it.step.title for it in record.in_effect] == [DO.title]


def test_a_first_step_that_fails_leaves_nothing_to_take_back(stage: Stage) -> None:
    stage.aws = FakeAws(answers(change=errors.NoAccess("denied")))
    assert stage.run(recovering()).exit_code == 11
    assert made(stage) == ["change"]


@pytest.mark.parametrize("failure", [errors.Interrupted("Ctrl-C"), KeyboardInterrupt()])
def test_ctrl_c_takes_nothing_back_by_itself(stage: Stage, failure: BaseException) -> None:
    stage.aws = FakeAws(answers(look=failure))
    assert stage.run(recovering()).exit_code == 22
    assert made(stage) == ["change", "look"]


def test_the_digest_is_of_what_happens_on_failure_too() -> None:
    assert recovering().digest != plan().digest


def test_a_step_that_needs_no_undo_does_not_keep_the_run_in_effect(stage: Stage) -> None:
    harmless = Do("Restart", Call("ecs", "restart", {}), no_undo="the same runs again")
    stage.aws = FakeAws(answers(look=errors.StepFailed("no"), seen=Progress(True, "")))
    outcome = stage.run(recovering(DO, harmless, WAIT))
    record = stage.journal.run(outcome.run)
    assert record.undone_by == record.id


def test_what_follows_a_failure_without_taking_the_change_back_is_told_as_what_it_is(
    stage: Stage,
) -> None:
    began = Do("Begin", Call("ecs", "begin", {}), no_undo="it ends by itself")
    end = Do("End", Call("ecs", "end", {}), undo=(began,))
    stage.aws = FakeAws(answers(look=errors.StepFailed("no", hint="mend it")))
    outcome = stage.run(plan(began, DO, WAIT, on_failure=(end,)))
    assert made(stage) == ["begin", "change", "look", "end"]
    assert str(outcome.error) == "no\nDone by itself afterwards: End."
    assert [it.status for it in outcome.steps] == ["taken back", "done", "failed", "done"]
    assert [it.step.title for it in stage.journal.run(outcome.run).in_effect] == [DO.title]


def test_a_bug_in_the_recovery_does_not_hide_what_failed_first(stage: Stage) -> None:
    failed = errors.RolledBack("the new tasks failed")
    stage.aws = FakeAws(answers(look=failed, back=KeyError("x")))
    outcome = stage.run(recovering())
    assert outcome.exit_code == 23
    assert "the new tasks failed" in str(outcome.error)
    assert "Taking it back failed too" in str(outcome.error)


def test_a_change_that_stays_is_not_reported_as_taken_back(stage: Stage) -> None:
    back = Do("Second back", Call("ecs", "second_back", {}))
    second = Do("Second", Call("ecs", "second", {}), undo=(back,))
    stage.aws = FakeAws(answers(look=errors.StepFailed("no"), seen=Progress(True, "")))
    outcome = stage.run(recovering(DO, second, WAIT))
    assert [it.status for it in outcome.steps] == ["taken back", "done", "failed", "done", "done"]
    assert str(outcome.error) == "no\nDone by itself afterwards: Back."
    assert [it.step.title for it in stage.journal.run(outcome.run).in_effect] == ["Second"]


def test_the_failure_keeps_the_code_of_aws(stage: Stage) -> None:
    refused = errors.StepFailed("no")
    refused.aws_code = "ThrottlingException"  # type: ignore[attr-defined]
    stage.aws = FakeAws(answers(look=refused, seen=Progress(True, "")))
    assert getattr(stage.run(recovering()).error, "aws_code", "") == "ThrottlingException"
