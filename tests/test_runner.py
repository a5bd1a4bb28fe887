"""The runner: one flow, and each way out of it before and after the plan is applied."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes import CALLER, CHECK, DO, WAIT, Facts, FakeAws, Stage, answers
from fakes import sample_plan as plan

from opsctl import errors
from opsctl.journal import Journal
from opsctl.lock import Lock
from opsctl.plan import Call, Danger, Plan, Refusal, Wait


def test_a_plan_is_confirmed_applied_verified_and_journaled(stage: Stage) -> None:
    outcome = stage.run(plan(checks=(CHECK,)), reason="because")
    assert (outcome.status, outcome.exit_code) == ("done", 0)
    assert [call.method for call in stage.aws.made] == ["change", "look", "holds"]
    (record,) = stage.journal.runs()
    assert record.id == outcome.run
    assert record.status == "done"
    assert record.reason == "because"
    assert record.caller == CALLER.arn
    assert record.steps[0].requests == ("id-0",)
    assert stage.lock.show() is None


def test_a_dry_run_shows_the_plan_and_does_nothing_else(stage: Stage) -> None:
    outcome = stage.run(plan(), dry_run=True)
    assert (outcome.status, outcome.exit_code) == ("planned", 0)
    assert stage.aws.made == []
    assert stage.operator.plans
    assert not stage.operator.confirmed
    assert stage.journal.runs() == []
    assert stage.store.names("") == []


def test_a_dry_run_with_exit_code_tells_a_change_from_none(stage: Stage) -> None:
    assert stage.run(plan(), dry_run=True, exit_code=True).exit_code == 31
    assert stage.run(Plan("Nothing to do"), dry_run=True, exit_code=True).exit_code == 0


def test_nothing_to_do_is_an_ordinary_end(stage: Stage) -> None:
    outcome = stage.run(Plan("Nothing to do"))
    assert (outcome.status, outcome.exit_code) == ("nothing_to_do", 0)
    assert not stage.operator.confirmed


def test_a_refusal_ends_as_forbidden_with_its_reason_and_hint(stage: Stage) -> None:
    outcome = stage.run(plan(refusals=(Refusal("no", hint="do this"),)))
    assert outcome.exit_code == 13
    assert isinstance(outcome.error, errors.Forbidden)
    assert (outcome.error.message, outcome.error.hint) == ("no", "do this")
    assert stage.aws.made == []


def test_the_wrong_account_is_refused_before_anything_is_read(stage: Stage) -> None:
    stage.aws = FakeAws(answers(), account="999999999999")
    assert stage.run(plan()).exit_code == 11
    assert stage.operator.plans == []


def test_somebody_who_cannot_confirm_is_refused_before_aws_is_asked(stage: Stage) -> None:
    stage.operator.refuses_early = errors.NeedsAnswer("no terminal")
    stage.aws = FakeAws(answers(), account="999999999999")
    assert stage.run(plan()).exit_code == 15


def test_no_is_not_a_yes(stage: Stage) -> None:
    stage.operator.refusal = errors.Cancelled("no")
    outcome = stage.run(plan())
    assert (outcome.status, outcome.exit_code) == ("cancelled", 16)
    assert stage.aws.made == []


def test_a_held_lock_is_told_with_who_and_why(stage: Stage, tmp_path: Path) -> None:
    other = Lock(stage.store, stage.target.env, owner="lee@host")
    with other.hold(command="deploy", reason="release 7"):
        os.environ.pop("OPSCTL_LOCK_TOKEN", None)
        outcome = stage.run(plan())
    assert outcome.exit_code == 14
    assert "lee@host" in str(outcome.error)
    assert "release 7" in str(outcome.error)


def test_facts_that_changed_since_the_plan_was_shown_stop_it(stage: Stage) -> None:
    stage.facts = [Facts(1), Facts(2)]
    outcome = stage.run(plan())
    assert outcome.exit_code == 17
    assert "value: 1 → 2" in str(outcome.error)
    assert stage.aws.made == []
    assert stage.lock.show() is None


def test_facts_that_only_breathe_do_not_stop_it(stage: Stage) -> None:
    stage.facts = [Facts(1, breathing=1), Facts(1, breathing=2)]
    assert stage.run(plan()).exit_code == 0


def test_a_plan_of_mere_waits_needs_no_confirmation_lock_or_journal(stage: Stage) -> None:
    outcome = stage.run(plan(Wait("Follow", Call("ecs", "look", {}), timeout=1)))
    assert outcome.exit_code == 0
    assert not stage.operator.confirmed
    assert stage.store.names("") == []


def test_ctrl_c_before_anything_is_130(stage: Stage) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    stage.operator.on_confirm = stop
    outcome = stage.run(plan())
    assert outcome.exit_code == 130
    assert stage.aws.made == []


def test_a_journal_that_cannot_be_written_stops_everything(stage: Stage, tmp_path: Path) -> None:
    class Unwritable(Journal):
        def begin(self, **words: Any) -> Any:
            raise errors.Forbidden("the journal cannot be written")

    stage.journal = Unwritable(stage.store, stage.target.env)
    outcome = stage.run(plan())
    assert outcome.exit_code == 13
    assert stage.aws.made == []


@pytest.mark.process
def test_a_run_that_was_cut_off_is_told_once_by_the_next_one(stage: Stage) -> None:
    cut = begun_by_a_process_that_died(stage)
    stage.run(plan())
    assert any(cut in line and "Do it" in line for line in stage.operator.told)
    stage.operator.told.clear()
    stage.run(plan())
    assert not any(cut in line for line in stage.operator.told)


def begun_by_a_process_that_died(stage: Stage) -> str:
    """The id of a run whose process ended in the middle of its first step."""
    child = os.fork()
    if child == 0:
        run = stage.journal.begin(
            command="deploy",
            caller=CALLER.arn,
            plan=plan(),
            reason="",
            account=stage.target.account,
            region=stage.target.region,
            danger="mild",
        )
        run.step_began(0, DO)
        os._exit(0)
    os.waitpid(child, 0)
    return stage.journal.runs()[0].id


def test_a_severe_plan_in_a_target_nobody_named_is_refused(stage: Stage) -> None:
    severe = Plan("Empty it", steps=(DO,), danger=Danger.SEVERE, subject="s")
    outcome = stage.run(severe)
    assert outcome.exit_code == 13
    assert "--env" in str(getattr(outcome.error, "hint", ""))


def test_what_is_refused_while_another_run_goes_on_is_locked_and_a_dry_run_still_says_why(
    stage: Stage,
) -> None:
    refused = plan(refusals=(Refusal("a deployment is under way"),))
    assert stage.run(refused).exit_code == 13
    other = Lock(stage.store, stage.target.env, owner="ana", environ={})
    with other.hold(command="secrets rotate", reason="leaked"):
        assert stage.run(refused).exit_code == 14
        assert stage.run(refused, dry_run=True).exit_code == 13


SUNDAY = datetime(2026, 11, 29, tzinfo=UTC)


@pytest.fixture
def kept(stage: Stage) -> Stage:
    """A protected target with a window on Sundays, on a Sunday morning inside it."""
    window = ("Sundays 02:00-04:00 UTC",)
    stage.target = replace(stage.target, protected=True, windows=window)
    stage.clock = clock(SUNDAY + timedelta(hours=3))
    return stage


def clock(*moments: datetime) -> Any:
    """Answers these moments, the last one again and again."""
    left: Iterator[datetime] = iter(moments[:-1])
    return lambda: next(left, moments[-1])


MODERATE = replace(plan(), danger=Danger.MODERATE)


def test_outside_the_windows_a_change_is_refused_by_the_clock_of_the_records(kept: Stage) -> None:
    assert kept.run(MODERATE).exit_code == 0
    kept.clock = clock(SUNDAY + timedelta(hours=5))
    outcome = kept.run(MODERATE)
    assert outcome.exit_code == 13
    assert "--emergency --reason TEXT" in str(getattr(outcome.error, "hint", ""))
    assert kept.run(MODERATE, dry_run=True).exit_code == 13


def test_what_only_follows_is_never_refused(kept: Stage) -> None:
    kept.clock = clock(SUNDAY + timedelta(hours=5))
    assert kept.run(replace(MODERATE, steps=(replace(WAIT, follows=False),))).exit_code == 0


def test_an_emergency_is_done_shown_and_journaled(kept: Stage) -> None:
    kept.clock = clock(SUNDAY + timedelta(hours=5))
    outcome = kept.run(MODERATE, emergency=True, reason="the site is down")
    assert outcome.exit_code == 0
    assert any("1h notice is owed" in note for note in kept.operator.plans[0].notes)
    (record,) = kept.journal.runs()
    assert record.emergency == "outside the maintenance windows"
    assert record.reason == "the site is down"


def test_a_window_that_closed_while_the_plan_was_shown_is_closed(kept: Stage) -> None:
    kept.clock = clock(SUNDAY + timedelta(hours=3, minutes=59), SUNDAY + timedelta(hours=4))
    outcome = kept.run(MODERATE)
    assert outcome.exit_code == 13
    assert kept.operator.confirmed
    assert kept.aws.made == []
    assert kept.journal.runs() == []
    assert kept.lock.show() is None


def test_a_moment_later_in_the_same_window_is_no_changed_fact(kept: Stage) -> None:
    kept.clock = clock(SUNDAY + timedelta(hours=2), SUNDAY + timedelta(hours=3, minutes=59))
    assert kept.run(MODERATE).exit_code == 0


def test_a_target_without_a_calendar_is_not_asked_for_the_time(stage: Stage) -> None:
    def broken() -> datetime:
        raise errors.Unreachable("the bucket does not answer")

    stage.clock = broken
    assert stage.run(MODERATE).exit_code == 0
