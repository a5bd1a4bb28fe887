"""Applying: what a step that fails, waits or is interrupted leaves behind."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import Any

from fakes import CHECK, DO, WAIT, FakeAws, Stage, answers
from fakes import sample_plan as plan

from opsctl import errors
from opsctl.aws import Request
from opsctl.lock import Lock, LockRecord
from opsctl.plan import Call, Do, Progress, Wait


def test_what_a_step_answered_is_what_the_wait_after_it_follows(stage: Stage) -> None:
    seen: list[Any] = []
    stage.aws = FakeAws(
        answers(
            change={"deployment": "d1"},
            look=lambda subject: seen.append(subject) or Progress(True, ""),  # type: ignore[func-returns-value]
        )
    )
    stage.run(plan())
    assert seen == [{"deployment": "d1"}]


def test_the_first_step_refused_by_aws_changed_nothing_and_says_so(stage: Stage) -> None:
    stage.aws = FakeAws(answers(change=errors.NoAccess("ecs:UpdateService")))
    outcome = stage.run(plan())
    assert outcome.exit_code == 11
    assert outcome.steps[0].status == "failed"


def test_of_two_changes_in_one_step_the_first_is_not_forgotten(stage: Stage) -> None:
    def half(*_: Any) -> None:
        stage.aws.record("RegisterTaskDefinition")
        raise errors.NoAccess("ecs:UpdateService")

    stage.aws = FakeAws(answers(change=half))
    assert stage.run(plan()).exit_code == 20


def test_a_first_step_without_an_answer_may_have_changed_something(stage: Stage) -> None:
    lost = errors.Unreachable("read time-out")
    lost.maybe_done = True  # type: ignore[attr-defined]
    stage.aws = FakeAws(answers(change=lost))
    assert stage.run(plan()).exit_code == 20
    stage.aws = FakeAws(answers(change=errors.Unreachable("connection refused")))
    assert stage.run(plan()).exit_code == 18


def test_a_later_step_refused_is_a_failed_run_and_the_rest_is_not_begun(stage: Stage) -> None:
    second = Do("Second", Call("ecs", "second", {}))
    third = Do("Third", Call("ecs", "third", {}))
    stage.aws = FakeAws(answers(second=errors.NoAccess("no")))
    outcome = stage.run(plan(DO, second, third))
    assert outcome.exit_code == 20
    assert [it.status for it in outcome.steps] == ["done", "failed", "pending"]
    assert "third" not in [call.method for call in stage.aws.made]
    assert stage.journal.runs()[0].exit_code == 20


def test_a_bug_after_a_change_is_still_told_as_something_changed(stage: Stage) -> None:
    stage.aws = FakeAws(answers(look=KeyError("x")))
    outcome = stage.run(plan())
    assert outcome.exit_code == 20
    assert "bug" in str(getattr(outcome.error, "hint", ""))


def test_a_check_that_does_not_hold_is_not_verified(stage: Stage) -> None:
    stage.aws = FakeAws(answers(holds=Progress(False, "not yet")))
    outcome = stage.run(plan(checks=(CHECK,)))
    assert outcome.exit_code == 21
    assert "It holds" in str(outcome.error)


def test_a_wait_past_its_deadline_says_how_to_pick_it_up(stage: Stage) -> None:
    slow = Wait("Slow", Call("ecs", "slow", {}), timeout=0.02, pick_up="opsctl x")
    stage.aws = FakeAws(answers(slow=Progress(False, "1/2")))
    outcome = stage.run(plan(DO, slow))
    assert outcome.exit_code == 24
    assert "opsctl x" in str(getattr(outcome.error, "hint", ""))


def test_the_timeout_of_the_command_line_is_the_one_that_holds(stage: Stage) -> None:
    patient = Wait("Slow", Call("ecs", "slow", {}), timeout=60)
    stage.aws = FakeAws(answers(slow=Progress(False, "1/2")))
    assert stage.run(plan(DO, patient), timeout=0.02).exit_code == 24


def test_a_lost_look_is_not_the_end_of_what_is_waited_for(stage: Stage) -> None:
    stage.aws = FakeAws(answers(look=[errors.Unreachable("throttled"), Progress(True, "there")]))
    assert stage.run(plan()).exit_code == 0


def test_ctrl_c_in_a_call_lets_it_end_and_starts_nothing_new(stage: Stage) -> None:
    def interrupted(_: Any) -> dict[str, str]:
        os.kill(os.getpid(), signal.SIGINT)
        return {"deployment": "d1"}

    stage.aws = FakeAws(answers(change=interrupted))
    outcome = stage.run(plan())
    assert outcome.exit_code == 22
    assert outcome.steps[0].status == "done"
    assert [call.method for call in stage.aws.made] == ["change"]
    assert stage.lock.show() is None
    assert stage.journal.runs()[0].status == "interrupted"


def test_ctrl_c_in_a_wait_says_what_goes_on_and_how_to_take_it_back(stage: Stage) -> None:
    wait = Wait(
        "Follow",
        Call("ecs", "slow", {}),
        timeout=5,
        pick_up="opsctl a",
        abandon="opsctl b",
    )

    def interrupted(_: Any) -> Progress:
        os.kill(os.getpid(), signal.SIGINT)
        return Progress(False, "1/2")

    stage.aws = FakeAws(answers(slow=interrupted))
    outcome = stage.run(plan(DO, wait))
    assert outcome.exit_code == 22
    hint = str(getattr(outcome.error, "hint", ""))
    assert "opsctl a" in hint
    assert "opsctl b" in hint


def test_the_signal_handlers_are_given_back(stage: Stage) -> None:
    before = signal.getsignal(signal.SIGINT)
    stage.run(plan())
    assert signal.getsignal(signal.SIGINT) is before


def test_a_sandbox_that_is_gone_is_not_waited_for(stage: Stage) -> None:
    stage.target = replace(stage.target, env="local")
    stage.aws = FakeAws(answers(look=errors.Unreachable("refused", hint="opsctl sandbox up")))
    outcome = stage.run(plan())
    assert outcome.exit_code == 20
    assert "opsctl sandbox up" in str(getattr(outcome.error, "hint", ""))


def test_the_lock_is_given_back_before_what_somebody_else_may_have_to_do(stage: Stage) -> None:
    seen: list[LockRecord | None] = []

    def look(_: object) -> Progress:
        seen.append(stage.lock.show())
        if len(seen) == 1:
            other = Lock(stage.store, stage.target.env, environ={})
            other.take("the pipeline deploys")
        return Progress(len(seen) > 2, "on its way")

    stage.aws = FakeAws(answers(look=look))
    followed = replace(WAIT, follows=False, unlocked=True)
    assert stage.run(plan(DO, followed)).exit_code == 0
    assert seen[0] is None
    assert [it.kind for it in seen[1:] if it] == ["freeze", "freeze"]
    kept = stage.lock.show()
    assert kept is not None
    assert kept.reason == "the pipeline deploys"


def test_the_lock_is_kept_where_more_follows(stage: Stage) -> None:
    held: list[bool] = []

    def look(_: object) -> Progress:
        held.append(stage.lock.show() is not None)
        return Progress(True, "done")

    stage.aws = FakeAws(answers(look=look))
    unlocked = replace(WAIT, follows=False, unlocked=True)
    assert stage.run(plan(DO, unlocked, DO)).exit_code == 0
    assert stage.run(plan(DO, unlocked, on_failure=(DO,))).exit_code == 0
    assert stage.run(plan(DO, replace(unlocked, unlocked=False))).exit_code == 0
    assert held == [True, True, True]


def test_a_run_that_lost_its_lock_starts_no_further_step(stage: Stage) -> None:
    def lost(_: object) -> dict[str, str]:
        stage.lock.release(force=True)
        Lock(stage.store, stage.target.env, environ={}).take("the pipeline deploys")
        return {"deployment": "d1"}

    stage.aws = FakeAws(answers(change=lost))
    outcome = stage.run(plan(DO, Do("Second", Call("ecs", "second", {}))))
    assert outcome.exit_code == 20
    assert [call.method for call in stage.aws.made] == ["change"]


def test_a_wait_gives_up_only_after_too_many_unanswered_probes_in_a_row(stage: Stage) -> None:
    stage.target = replace(stage.target, env="local")
    lost = [errors.Unreachable("throttled")] * 3
    seen = [Progress(False, "1/2"), *lost[:2], Progress(True, "there")]
    stage.aws = FakeAws(answers(look=[*lost[:2], *seen]))
    assert stage.run(plan()).exit_code == 0
    stage.aws = FakeAws(answers(look=[*lost, Progress(True, "there")]))
    assert stage.run(plan()).exit_code == 20


def test_only_requests_that_change_something_are_journaled(stage: Stage) -> None:
    def change(_: object) -> dict[str, str]:
        stage.aws.requests.append(Request("ecs", "DescribeServices", "a read", False, True))
        return {"deployment": "d1"}

    stage.aws = FakeAws(answers(change=change))
    stage.run(plan())
    assert stage.journal.runs()[0].steps[0].requests == ("id-1",)


def test_ctrl_c_in_a_check_is_an_interruption_and_no_failed_check(stage: Stage) -> None:
    def interrupted(_: object) -> Progress:
        os.kill(os.getpid(), signal.SIGINT)
        return Progress(False, "503")

    stage.aws = FakeAws(answers(holds=interrupted))
    outcome = stage.run(plan(checks=(replace(CHECK, timeout=5),)))
    assert outcome.exit_code == 22
