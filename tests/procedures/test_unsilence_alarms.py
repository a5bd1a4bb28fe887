"""End silences: facts in, plan out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from silencing import alarm, at, facts, off, rule

from opsctl.plan import Do, Plan, undo_steps
from opsctl.procedures import silences, unsilence_alarms
from opsctl.procedures.unsilence_alarms import Facts, Request

CPU, SLOW = alarm("cpu-high"), alarm("high-latency")
OFF = alarm("cpu-high", actions_enabled=False)
NOW = at(1).isoformat()


def plan(found: silences.Facts, *names: str, **words: Any) -> Plan:
    return unsilence_alarms.plan(Request("prod", names or ("cpu-high",), **words), Facts(found))


def steps(made: Plan) -> list[Do]:
    return [it for it in made.steps if isinstance(it, Do)]


def test_a_rule_of_one_alarm_is_deleted_and_the_undo_puts_it_back_until_its_own_end() -> None:
    made = plan(facts(CPU, rules=(rule("cpu-high"),)))
    (it,) = steps(made)
    assert (it.call.arguments["alarms"], it.call.arguments["replacing"]) == ([], [CPU.name])
    (back,) = undo_steps(made.steps)
    assert isinstance(back, Do)
    assert (back.call.arguments["alarms"], back.call.arguments["until"]) == (
        [CPU.name],
        at(30).isoformat(),
    )


def test_out_of_a_rule_of_several_only_the_named_one_is_taken() -> None:
    made = plan(facts(CPU, SLOW, meant=("cpu-high",), rules=(rule("cpu-high", "high-latency"),)))
    (it,) = steps(made)
    assert it.call.arguments["alarms"] == [SLOW.name]
    assert it.call.arguments["replacing"] == [CPU.name, SLOW.name]
    assert "muted still: image-caption-gen-high-latency-prod" in it.title


def test_every_rule_about_an_alarm_ends() -> None:
    made = plan(facts(CPU, rules=(rule("cpu-high"), rule("cpu-high", name="opsctl-prod-2"))))
    assert len(made.steps) == len(made.checks) == 2


def test_an_alarm_that_nothing_silences_is_nothing_to_do() -> None:
    made = plan(facts(CPU))
    assert (made.steps, made.refusals) == ((), ())
    assert "not silenced" in made.summary


def test_what_still_is_in_alarm_calls_at_once_and_that_is_told_before() -> None:
    made = plan(facts(alarm("cpu-high", state="ALARM"), rules=(rule("cpu-high"),)))
    assert any("calls at once" in note for note in made.notes)
    calm = plan(facts(CPU, rules=(rule("cpu-high"),)))
    assert calm.notes == ()


def test_it_does_not_call_while_another_rule_holds_on() -> None:
    ringing = alarm("cpu-high", state="ALARM")
    made = plan(facts(ringing, rules=(rule("cpu-high"), rule("cpu-high", name="night"))))
    assert len(made.steps) == 1
    assert not any("calls at once" in note for note in made.notes)
    assert any("night" in note and "did not make" in note for note in made.notes)


def test_a_rule_of_others_is_left_and_named_with_the_flag_that_ends_it() -> None:
    made = plan(facts(CPU, rules=(rule("cpu-high", name="night"),)))
    assert made.steps == ()
    assert made.refusals[0].override == "--any"
    assert len(plan(facts(CPU, rules=(rule("cpu-high", name="night"),)), others=True).steps) == 1


def test_a_rule_that_comes_again_is_never_ended_for_one_night() -> None:
    again = rule("cpu-high", name="night", minutes=None)
    made = plan(facts(CPU, rules=(again,)), others=True)
    assert made.steps == ()
    assert "comes again" in made.refusals[0].reason


def test_all_with_only_others_rules_is_nothing_to_do_and_says_why() -> None:
    made = plan(facts(CPU, rules=(rule("cpu-high", name="night"),)), "*")
    assert (made.steps, made.refusals) == ((), ())
    assert "night" in made.notes[0]


def test_what_opsctl_switched_off_is_switched_on_and_off_again_by_the_undo() -> None:
    made = plan(facts(OFF, recorded=(off("cpu-high"),)))
    (it,) = steps(made)
    assert (it.call.method, it.call.arguments["alarms"]) == ("enable", [OFF.name])
    (back,) = undo_steps(made.steps)
    assert isinstance(back, Do)
    assert (back.call.method, back.call.arguments["until"]) == ("disable", at(30).isoformat())


def test_an_alarm_that_rang_while_its_actions_were_off_calls_nobody_and_that_is_told() -> None:
    ringing = replace(OFF, state="ALARM")
    made = plan(facts(ringing, recorded=(off("cpu-high"),)))
    assert any("calls nobody" in note for note in made.notes)


def test_what_others_switched_off_stays_off() -> None:
    made = plan(facts(OFF))
    assert made.steps == ()
    assert "not by opsctl" in made.refusals[0].reason


def expired(found: silences.Facts, **words: Any) -> Plan:
    return unsilence_alarms.plan(Request("prod", expired_at=NOW), Facts(found, **words))


def test_what_is_over_is_switched_on_and_never_off_again() -> None:
    made = expired(facts(OFF, recorded=(off("cpu-high", minutes=-5),)))
    (it,) = steps(made)
    assert it.undo == ()
    assert "over" in it.no_undo


def test_leftovers_are_tidied_up() -> None:
    made = expired(facts(meant=()), leftovers=("opsctl-prod-1", "opsctl-prod-2"), gone=("deleted",))
    forget, clear = steps(made)
    assert forget.call.arguments["alarms"] == ["deleted"]
    assert clear.call.arguments["names"] == ["opsctl-prod-1", "opsctl-prod-2"]
    assert made.checks == ()


def test_where_nothing_is_over_there_is_nothing_to_do() -> None:
    assert expired(facts(meant=())).steps == ()
