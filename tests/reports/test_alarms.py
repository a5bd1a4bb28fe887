"""Alarms: each with what silences it, and what somebody ought to hear of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from samples import BEGAN

from opsctl.aws import Aws
from opsctl.aws.alarm_actions import Silence
from opsctl.aws.cloudwatch import Alarm
from opsctl.aws.muting import MuteRule
from opsctl.reports import alarms as report
from opsctl.reports.alarms import AlarmStatus
from opsctl.sandbox.emulator import Emulator

LOUD = Alarm("loud", "ALARM", BEGAN, "5 > 1", True)
WHO = "arn:aws:iam::123456789012:user/alice"


def at(minutes: int) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


def rule(minutes: int | None, name: str = "opsctl-1", by: str = WHO) -> MuteRule:
    return MuteRule(name, ("loud",), None if minutes is None else at(minutes), True, "drill", by)


def joined(
    alarm: Alarm = LOUD, *rules: MuteRule, recorded: tuple[Silence, ...] = ()
) -> AlarmStatus:
    (found,) = report.join([alarm], rules, recorded, BEGAN)
    return found


def test_an_alarm_that_nobody_silences_has_no_end_of_it() -> None:
    it = joined()
    assert (it.silenced_until, it.silenced_by, it.overdue, it.off_by_others) == (
        None,
        "",
        False,
        False,
    )


def test_a_mute_rule_says_until_when_by_whom_and_why() -> None:
    it = joined(LOUD, rule(30))
    assert (it.silenced_until, it.silenced_by, it.silenced_why) == (at(30), WHO, "drill")


@pytest.mark.parametrize("order", [(30, 60), (60, 30)])
def test_of_two_rules_the_one_that_ends_last_counts(order: tuple[int, int]) -> None:
    assert joined(LOUD, *(rule(it) for it in order)).silenced_until == at(60)


def test_a_rule_of_others_is_named_and_one_without_an_end_outlasts_the_rest() -> None:
    it = joined(LOUD, rule(30), rule(None, "night", by=""), rule(60))
    assert (it.silenced_until, it.silenced_by) == (None, "mute rule night")


def test_a_rule_about_other_alarms_does_not_count() -> None:
    assert not joined(replace(LOUD, name="other"), rule(30)).silenced_by


def test_actions_off_by_opsctl_are_a_silence_until_the_recorded_end() -> None:
    off = replace(LOUD, actions_enabled=False)
    it = joined(off, recorded=(Silence("loud", at(30), WHO, "drill"),))
    assert (it.silenced_until, it.silenced_by, it.overdue) == (at(30), WHO, False)
    assert not it.off_by_others


def test_actions_that_are_off_after_their_end_are_overdue() -> None:
    off = replace(LOUD, actions_enabled=False)
    it = joined(off, rule(30), recorded=(Silence("loud", at(-1), WHO),))
    assert it.overdue
    assert it.silenced_until == at(-1)


def test_a_record_of_actions_that_somebody_switched_on_again_means_nothing() -> None:
    it = joined(LOUD, recorded=(Silence("loud", at(-1), WHO),))
    assert (it.overdue, it.silenced_by) == (False, "")


def test_actions_off_by_somebody_else_are_told_apart() -> None:
    assert joined(replace(LOUD, actions_enabled=False)).off_by_others


@pytest.fixture
def door(
    local: Aws, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Aws]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    yield Aws(local.target)
    emulator.front.faults.clear()


def test_all_states_are_listed_unless_one_is_asked_for(door: Aws) -> None:
    whole = report.gather(door)
    assert whole.known == len(whole.alarms) >= 4
    assert whole.ok
    ringing = report.gather(door, "ALARM")
    assert (ringing.alarms, ringing.known, ringing.ok) == ((), whole.known, True)


def test_that_no_alarm_is_known_is_a_finding(door: Aws) -> None:
    nothing = Aws(replace(door.target, alarm_prefix="nobody-"))
    assert not report.gather(nothing).ok


def test_rules_that_may_not_be_read_are_unknown_and_the_alarms_are_shown(
    door: Aws, emulator: Emulator
) -> None:
    emulator.front.faults.add({"operation": "ListAlarmMuteRules", "code": "AccessDenied"})
    found = report.gather(door)
    assert found.known >= 4
    assert "ListAlarmMuteRules" in found.unknown[0]


def test_it_changes_nothing_and_writes_nothing(door: Aws, tmp_path: Path) -> None:
    report.gather(door)
    assert not [it for it in door.requests if it.mutating]
    assert list(tmp_path.iterdir()) == []
