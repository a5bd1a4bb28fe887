"""Mute rules through the emulator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.muting import described
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.mute_rules import rules_of

NAME = "opsctl-local-20261124t0230-ab12cd-1"
CPU, ERRORS = "image-caption-gen-cpu-high-local", "image-caption-gen-high-error-rate-local"
WHO = "arn:aws:iam::123456789012:user/alice"


@pytest.fixture
def door(local: Aws, emulator: Emulator) -> Iterator[Aws]:
    """The door to the emulator, by the emulator's clock, with no rule there."""
    vars(local.mute_rules)["now"] = emulator.world.clock
    yield local
    emulator.front.faults.clear()
    rules_of(emulator.world.backend("cloudwatch")).clear()


def end(door: Aws, minutes: float = 30) -> str:
    """That many minutes from now, as a plan has it: on a whole minute."""
    moment: datetime = door.mute_rules.now() + timedelta(minutes=minutes + 1)
    return moment.replace(second=0, microsecond=0).isoformat()


def mute(door: Aws, *alarms: str, until: str = "", replacing: list[str] | None = None) -> None:
    with door.changing():
        door.mute_rules.put(
            NAME, list(alarms), until or end(door), described(WHO, "drill"), replacing or []
        )


def test_a_rule_mutes_at_once_and_says_until_when_by_whom_and_why(door: Aws) -> None:
    until = end(door)
    mute(door, CPU, until=until)
    (rule,) = door.mute_rules.active()
    assert rule.until == datetime.fromisoformat(until)
    assert (rule.name, rule.alarms, rule.by, rule.reason) == (NAME, (CPU,), WHO, "drill")
    assert door.mute_rules.holds(NAME, [CPU]).done


def test_it_ends_by_itself_and_is_then_left_over(door: Aws, emulator: Emulator) -> None:
    mute(door, CPU, until=end(door, 1))
    emulator.advance(150)
    assert door.mute_rules.active() == ()
    assert door.mute_rules.leftovers("local") == (NAME,)
    assert door.mute_rules.leftovers("loc") == (), "an environment whose name begins the same"
    with door.changing():
        door.mute_rules.clear([NAME, "opsctl-gone"])
    assert door.mute_rules.leftovers("local") == ()


def test_clearing_leaves_a_rule_that_mutes(door: Aws) -> None:
    mute(door, CPU)
    with door.changing():
        door.mute_rules.clear([NAME])
    assert door.mute_rules.active()


def test_one_alarm_is_taken_out_and_the_others_stay_until_the_same_end(door: Aws) -> None:
    until = end(door)
    mute(door, CPU, ERRORS, until=until)
    mute(door, CPU, until=until, replacing=[ERRORS, CPU])
    (rule,) = door.mute_rules.active()
    assert (rule.alarms, rule.until) == ((CPU,), datetime.fromisoformat(until))


def test_a_rule_that_mutes_keeps_its_own_schedule_when_an_alarm_is_taken_out(
    door: Aws, emulator: Emulator
) -> None:
    until = end(door)
    mute(door, CPU, ERRORS, until=until)
    (before,) = door.mute_rules.active()
    emulator.advance(61)
    mute(door, CPU, until=until, replacing=[ERRORS, CPU])
    (after,) = door.mute_rules.active()
    assert after.schedule == before.schedule


def test_a_rule_that_expires_within_its_window_still_ends_then(
    door: Aws, emulator: Emulator
) -> None:
    mute(door, CPU, ERRORS, until=end(door, 60))
    until = end(door, 20)
    rule = rules_of(emulator.world.backend("cloudwatch"))[NAME]
    rule.expire = datetime.fromisoformat(until)
    assert door.mute_rules.active()[0].until == datetime.fromisoformat(until)
    mute(door, CPU, until=until, replacing=[CPU, ERRORS])
    (after,) = door.mute_rules.active()
    assert (after.alarms, after.until) == ((CPU,), datetime.fromisoformat(until))


def test_with_no_alarm_left_the_rule_is_gone_and_twice_is_harmless(door: Aws) -> None:
    mute(door, CPU)
    for _ in range(2):
        mute(door, replacing=[CPU])
    assert door.mute_rules.active() == ()
    assert door.mute_rules.holds(NAME, []).done


def test_repeating_it_changes_nothing(door: Aws, emulator: Emulator) -> None:
    mute(door, CPU)
    emulator.front.calls.clear()
    mute(door, CPU)
    assert [it["operation"] for it in emulator.front.calls.listed()] == ["GetAlarmMuteRule"]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(door: Aws) -> None:
    mute(door, CPU, ERRORS)
    with pytest.raises(errors.FactsChanged, match=CPU):
        mute(door, ERRORS, replacing=[ERRORS])
    assert door.mute_rules.active()[0].alarms == (CPU, ERRORS)


def test_a_silence_whose_end_is_over_is_not_begun(door: Aws) -> None:
    with pytest.raises(errors.FactsChanged, match="is over"):
        mute(door, CPU, until=end(door, -5))
    assert door.mute_rules.active() == ()


def test_fifteen_days_are_the_most_that_is_asked_for(door: Aws) -> None:
    mute(door, CPU, until=end(door, 15 * 24 * 60))
    (rule,) = door.mute_rules.active()
    assert rule.schedule.endswith("PT21600M")


def test_where_this_minute_is_not_taken_it_begins_with_the_next(
    door: Aws, emulator: Emulator
) -> None:
    emulator.front.faults.add(
        {"operation": "PutAlarmMuteRule", "code": "ValidationError", "times": 1}
    )
    until = end(door)
    mute(door, CPU, until=until)
    assert door.mute_rules.active() == ()
    waits = door.mute_rules.holds(NAME, [CPU])
    assert not waits.done
    assert "SCHEDULED" in waits.summary
    emulator.advance(60)
    assert door.mute_rules.holds(NAME, [CPU]).done
    assert door.mute_rules.active()[0].until == datetime.fromisoformat(until)


def test_a_rule_that_others_changed_does_not_hold(door: Aws) -> None:
    mute(door, CPU)
    assert not door.mute_rules.holds(NAME, [CPU, ERRORS]).done
    assert not door.mute_rules.holds("opsctl-gone", [CPU]).done
    assert not door.mute_rules.holds(NAME, []).done


def test_a_recurring_rule_of_others_has_no_known_end(door: Aws, emulator: Emulator) -> None:
    schedule = {"Expression": "cron(* * * * *)", "Duration": "PT5M"}
    door.client("cloudwatch")
    with door.changing():
        door.client("cloudwatch").put_alarm_mute_rule(
            Name="night", Rule={"Schedule": schedule}, MuteTargets={"AlarmNames": [CPU]}
        )
    (rule,) = door.mute_rules.active()
    assert (rule.until, rule.by_opsctl) == (None, False)
    assert rule.schedule == "cron(* * * * *) UTC for PT5M"


def fail(emulator: Emulator, operation: str, code: str) -> None:
    emulator.front.faults.add({"operation": operation, "code": code, "message": "no"})


@pytest.mark.parametrize(
    ("code", "problem"),
    [("AccessDenied", "ListAlarmMuteRules"), ("InvalidAction", "no alarm mute rules here")],
)
def test_that_they_cannot_be_used_is_known_without_an_error(
    door: Aws, emulator: Emulator, code: str, problem: str
) -> None:
    fail(emulator, "ListAlarmMuteRules", code)
    known = door.mute_rules.known()
    assert known.rules == ()
    assert problem in known.problem


def test_what_may_not_be_listed_is_told_and_what_is_not_there_mutes_nobody(
    door: Aws, emulator: Emulator
) -> None:
    fail(emulator, "ListAlarmMuteRules", "UnknownOperationException")
    assert door.mute_rules.active() == ()
    emulator.front.faults.clear()
    fail(emulator, "ListAlarmMuteRules", "AccessDenied")
    with pytest.raises(errors.NoAccess):
        door.mute_rules.active()


def test_throttling_is_neither_no_permission_nor_no_such_thing(
    door: Aws, emulator: Emulator
) -> None:
    fail(emulator, "ListAlarmMuteRules", "ThrottlingException")
    with pytest.raises(errors.Unreachable):
        door.mute_rules.known()


def test_a_refused_rule_names_the_other_way(door: Aws, emulator: Emulator) -> None:
    fail(emulator, "PutAlarmMuteRule", "AccessDenied")
    with pytest.raises(errors.NoAccess) as raised:
        mute(door, CPU)
    assert "cloudwatch:PutAlarmMuteRule" in raised.value.message
    assert "--disable-actions" in raised.value.hint


def test_a_rule_that_is_written_is_no_failure_although_it_cannot_be_read_then(
    door: Aws, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_once(name: str) -> None:
        fail(emulator, "GetAlarmMuteRule", "ThrottlingException")
        monkeypatch.undo()

    monkeypatch.setattr(door.mute_rules, "_get", only_once)
    mute(door, CPU)
    emulator.front.faults.clear()
    assert door.mute_rules.active()


def test_more_rules_than_one_page_holds_are_all_listed(door: Aws, emulator: Emulator) -> None:
    held = rules_of(emulator.world.backend("cloudwatch"))
    mute(door, CPU)
    for number in range(120):
        held[f"rule-{number}"] = held[NAME]
    assert len(door.mute_rules._names("ACTIVE")) == 121
