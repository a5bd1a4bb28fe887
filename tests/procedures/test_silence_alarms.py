"""Silence alarms: facts in, plan out."""

from __future__ import annotations

from typing import Any

import pytest
from silencing import WHO, alarm, at, facts, off, rule

from opsctl.plan import Danger, Do, Plan, undo_steps
from opsctl.procedures import silence_alarms
from opsctl.procedures.silence_alarms import Request
from opsctl.procedures.silences import Facts

UNTIL = at(60).isoformat()
CPU, SLOW = alarm("cpu-high"), alarm("high-latency")


def plan(found: Facts, **words: Any) -> Plan:
    request = Request("prod", ("*",), UNTIL, "opsctl-prod-x", **{"reason": "load test", **words})
    return silence_alarms.plan(request, found)


def arguments(made: Plan) -> list[dict[str, Any]]:
    return [dict(it.call.arguments) for it in made.steps if isinstance(it, Do)]


def test_alarms_are_muted_by_one_rule_with_its_end_who_and_why() -> None:
    made = plan(facts(CPU, SLOW))
    assert made.danger is Danger.MILD
    (it,) = arguments(made)
    assert it["name"] == "opsctl-prod-x-1"
    assert it["alarms"] == [CPU.name, SLOW.name]
    assert (it["until"], it["replacing"]) == (UNTIL, [])
    assert it["description"] == f"Silenced with opsctl by {WHO}: load test"
    assert len(made.checks) == 1


def test_the_way_back_deletes_that_very_rule() -> None:
    made = plan(facts(CPU))
    (back,) = undo_steps(made.steps)
    assert isinstance(back, Do)
    assert back.call.arguments["name"] == "opsctl-prod-x-1"
    assert (back.call.arguments["alarms"], back.call.arguments["replacing"]) == ([], [CPU.name])
    assert back.danger is Danger.MILD


def test_of_two_hundred_and_fifty_alarms_each_rule_takes_a_hundred() -> None:
    made = plan(facts(*(alarm(f"many-{number:03}") for number in range(250))))
    found = arguments(made)
    assert [len(it["alarms"]) for it in found] == [100, 100, 50]
    assert [it["name"] for it in found] == [f"opsctl-prod-x-{n}" for n in (1, 2, 3)]
    assert len(made.checks) == 3
    assert len(made.differences) < 30
    assert made.result["alarms"] == sorted(name for it in found for name in it["alarms"])


def test_what_is_silent_for_as_long_already_is_left_and_told() -> None:
    made = plan(facts(CPU, SLOW, rules=(rule("cpu-high", minutes=60),)))
    assert [it["alarms"] for it in arguments(made)] == [[SLOW.name]]
    assert any("cpu-high" in note and "already" in note for note in made.notes)


def test_when_everything_is_silent_already_there_is_nothing_to_do() -> None:
    made = plan(facts(CPU, rules=(rule("cpu-high", minutes=90),)))
    assert made.steps == ()
    assert "already" in made.summary


def test_a_shorter_silence_is_prolonged_by_a_rule_of_its_own_and_says_so() -> None:
    made = plan(facts(CPU, rules=(rule("cpu-high", minutes=30),)))
    assert [it["alarms"] for it in arguments(made)] == [[CPU.name]]
    (change,) = made.differences
    assert change.before == "silent until 2026-11-23 12:30 UTC"
    assert change.after == "silent until 2026-11-23 13:00 UTC"


def test_a_rule_that_comes_again_is_no_silence_until_then() -> None:
    made = plan(facts(CPU, rules=(rule("cpu-high", minutes=None, name="night"),)))
    assert len(made.steps) == 1


SCALING = alarm("steps", actions=("arn:aws:autoscaling:eu-west-1:1:scalingPolicy:x",))


def test_a_pattern_leaves_out_what_drives_the_autoscaling() -> None:
    made = plan(facts(CPU, SCALING))
    assert [it["alarms"] for it in arguments(made)] == [[CPU.name]]
    assert any("steps" in note and "autoscaling" in note for note in made.notes)
    assert made.refusals == ()


def test_naming_what_drives_the_autoscaling_is_refused() -> None:
    made = plan(facts(CPU, SCALING, meant=("steps", "cpu-high")))
    assert "autoscaling" in made.refusals[0].reason


def test_actions_that_others_switched_off_are_left_to_them() -> None:
    made = plan(facts(CPU, alarm("high-latency", actions_enabled=False)))
    assert [it["alarms"] for it in arguments(made)] == [[CPU.name]]
    assert any("not by opsctl" in note for note in made.notes)
    nothing = plan(facts(alarm("high-latency", actions_enabled=False)))
    assert nothing.steps == ()
    assert nothing.notes


@pytest.mark.parametrize(
    "how", [{"problem": "cloudwatch:ListAlarmMuteRules is not allowed"}, {"flag": True}]
)
def test_without_mute_rules_actions_are_switched_off_and_the_plan_shouts(
    how: dict[str, Any],
) -> None:
    found = facts(CPU, SLOW, problem=how.get("problem", ""))
    made = plan(found, disable_actions=how.get("flag", False))
    (it,) = arguments(made)
    assert it == {
        "alarms": [CPU.name, SLOW.name],
        "until": UNTIL,
        "by": WHO,
        "reason": "load test",
    }
    assert any("nothing at AWS switches them on again" in note for note in made.notes)
    assert made.result["how"] == "actions off"
    (back,) = undo_steps(made.steps)
    assert isinstance(back, Do)
    assert (back.call.method, back.call.arguments["alarms"]) == ("enable", [CPU.name, SLOW.name])


def test_a_recorded_silence_is_prolonged_in_its_record_and_goes_back_to_its_own_end() -> None:
    found = facts(alarm("cpu-high", actions_enabled=False), SLOW, recorded=(off("cpu-high"),))
    made = plan(found)
    assert [it.call.method for it in made.steps if isinstance(it, Do)] == ["disable", "put"]
    back = list(undo_steps(made.steps))[-1]
    assert isinstance(back, Do)
    assert back.call.arguments["until"] == at(30).isoformat()


def test_what_is_in_alarm_is_told_and_when_it_will_call() -> None:
    ringing = alarm("cpu-high", state="ALARM")
    (note,) = (it for it in plan(facts(ringing, SLOW)).notes if "In ALARM" in it)
    assert "when the silence ends, calls then" in note
    made = plan(facts(ringing, SLOW), disable_actions=True)
    assert any("until it changes" in note for note in made.notes)


def test_that_all_alarms_are_silent_is_told() -> None:
    assert any("all 2 alarms" in note for note in plan(facts(CPU, SLOW)).notes)
    assert not any("all 2" in note for note in plan(facts(CPU, SLOW, meant=("cpu-high",))).notes)


def test_a_composite_that_goes_on_calling_is_told() -> None:
    outer = alarm("any", kind="composite", rule=f"ALARM({CPU.name})")
    made = plan(facts(CPU, outer, meant=("cpu-high",)))
    assert any(outer.name in note and "not silenced itself" in note for note in made.notes)
