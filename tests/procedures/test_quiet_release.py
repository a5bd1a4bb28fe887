"""A release that calls nobody: the mute before it, its end after it, and what a failure leaves."""

from __future__ import annotations

from typing import Any

from fakes import DO, WAIT, FakeAws, Stage, answers
from fakes import sample_plan as sample
from silencing import alarm, at, facts, rule

from opsctl import errors
from opsctl.aws import Aws
from opsctl.plan import Call, Do, Plan, Progress, Wait, undo_steps
from opsctl.procedures import quiet_release
from opsctl.procedures.quiet_release import Quiet
from opsctl.procedures.silences import Facts

QUIET = Quiet(at(25).isoformat(), "opsctl-prod-x", "opsctl deploy")
CPU, SLOW = alarm("cpu-high"), alarm("high-latency")


def around(found: Facts | None = None, **changes: Any) -> Plan:
    return quiet_release.around(sample(**changes), QUIET, found or facts(CPU, SLOW))


def methods(made: Plan) -> list[str]:
    return [
        it.call.method if isinstance(it, Do) else it.check.method
        for it in made.steps
        if isinstance(it, Do | Wait)
    ]


def test_the_mute_holds_before_the_release_begins_and_ends_after_it() -> None:
    made = around()
    assert methods(made) == ["put", "holds", DO.call.method, WAIT.check.method, "put"]
    begins, ends = made.steps[0], made.steps[-1]
    assert isinstance(begins, Do)
    assert isinstance(ends, Do)
    assert begins.call.arguments["alarms"] == [CPU.name, SLOW.name]
    assert ends.call.arguments["alarms"] == []
    assert ends.call.arguments["replacing"] == [CPU.name, SLOW.name]
    assert begins.call.arguments["name"] == ends.call.arguments["name"]
    assert made.result["silence"] == {
        "rule": "opsctl-prod-x",
        "until": QUIET.until,
        "alarms": [CPU.name, SLOW.name],
    }


def test_its_undo_is_that_of_the_release_alone() -> None:
    assert list(undo_steps(around().steps)) == list(undo_steps(sample().steps))


def test_every_step_says_how_it_is_taken_back_or_why_not() -> None:
    changes = [it for it in around().steps if isinstance(it, Do)]
    assert changes
    assert [it.title for it in changes if bool(it.undo) == bool(it.no_undo)] == []


def test_without_asking_for_it_the_plan_is_as_it_was() -> None:
    assert quiet_release.around(sample(), None, None) == sample()


def test_where_mute_rules_cannot_be_used_it_is_refused_and_never_done_another_way() -> None:
    made = around(facts(CPU, problem="not allowed"))
    assert "not allowed" in made.refusals[0].reason
    assert "--disable-actions" in made.refusals[0].hint
    assert methods(made) == methods(sample())


def test_a_plan_that_only_follows_silences_nothing_and_says_so() -> None:
    made = quiet_release.around(Plan("follow", steps=(WAIT,)), QUIET, facts(CPU))
    assert made.steps == (WAIT,)
    assert "Nothing is silenced" in made.notes[0]


def test_what_is_silent_longer_already_or_drives_the_autoscaling_is_left() -> None:
    scaling = alarm("steps", actions=("arn:aws:autoscaling:x:1:scalingPolicy:y",))
    made = around(facts(CPU, SLOW, scaling, rules=(rule("cpu-high", minutes=90),)))
    begins = made.steps[0]
    assert isinstance(begins, Do)
    assert begins.call.arguments["alarms"] == [SLOW.name]
    silent = facts(CPU, rules=(rule("cpu-high", minutes=90),))
    assert methods(around(silent)) == methods(sample())


def run(stage: Stage, plan: Plan, **answer: Any) -> Any:
    stage.aws = FakeAws(answers(put=None, holds=Progress(True, ""), **answer))
    return stage.run(plan)


def made_calls(stage: Stage) -> list[Call]:
    return [call for call in stage.aws.made if call.gateway == "mute_rules"]


def test_a_release_that_fails_is_heard_again_and_keeps_its_exit_code(stage: Stage) -> None:
    lost = errors.RolledBack("the new tasks failed", hint="mend them")
    outcome = run(stage, around(), look=lost)
    assert outcome.exit_code == 23
    assert [call.arguments["alarms"] for call in made_calls(stage) if call.method == "put"] == [
        [CPU.name, SLOW.name],
        [],
    ]
    error = str(outcome.error)
    assert "Done by itself afterwards: End the silence of 2 alarms" in error
    assert "taken back" not in error
    assert [it.status for it in outcome.steps] == [
        "taken back",
        "done",
        "done",
        "failed",
        "pending",
        "done",
    ]


def test_the_journal_still_holds_the_release_to_take_back(stage: Stage) -> None:
    outcome = run(stage, around(), look=errors.StepFailed("no"))
    record = stage.journal.run(outcome.run)
    assert [it.step.title for it in record.in_effect] == [DO.title]


def test_a_mute_that_does_not_hold_keeps_the_release_from_beginning(stage: Stage) -> None:
    plan = around()
    stage.aws = FakeAws(answers(put=None, holds=errors.NoAccess("denied")))
    outcome = stage.run(plan)
    assert outcome.exit_code == 20
    assert DO.call.method not in [call.method for call in stage.aws.made]
    last = made_calls(stage)[-1]
    assert (last.method, last.arguments["alarms"]) == ("put", [])


def test_a_release_that_is_not_verified_is_heard_too(stage: Stage) -> None:
    check = Wait("It serves", Call("ecs", "slow", {}), timeout=0.05)
    outcome = run(stage, around(checks=(check,)), slow=Progress(False, "503"))
    assert outcome.exit_code == 21
    assert made_calls(stage)[-1].arguments["alarms"] == []


def test_ctrl_c_leaves_the_mute_to_its_own_end(stage: Stage) -> None:
    outcome = run(stage, around(), look=KeyboardInterrupt())
    assert outcome.exit_code == 22
    assert [call.method for call in made_calls(stage)] == ["put", "holds"]


def test_without_asking_for_it_nothing_is_read() -> None:
    class NoAws:
        """Any attribute would be an error."""

    assert quiet_release.gather(None, NoAws()) is None  # type: ignore[arg-type]


def test_every_alarm_of_the_target_is_meant(local: Aws) -> None:
    found = quiet_release.gather(QUIET, local)
    assert found
    assert len(found.alarms) == len(found.everyone) >= 4
