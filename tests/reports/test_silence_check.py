"""The line of the checklist that is about silences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from opsctl.aws import Aws
from opsctl.aws.alarm_actions import AlarmActions
from opsctl.reports import silence_check
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.mute_rules import MuteRule, rules_of

CPU = "image-caption-gen-cpu-high-local"


@pytest.fixture
def alarmed(
    local: Aws, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Aws]:
    """The door to the emulator, where every alarm calls; records in a folder of their own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    yield Aws(local.target)
    emulator.front.faults.clear()
    backend = emulator.world.backend("cloudwatch")
    rules_of(backend).clear()
    backend.alarms[CPU].actions_enabled = True


def silence(aws: Aws, seconds: float) -> None:
    until = aws.alarm_actions.now() + timedelta(seconds=seconds)
    with aws.changing():
        aws.alarm_actions.disable([CPU], until.isoformat(), "arn:aws:iam::1:user/alice", "")


def test_alarms_that_all_call_are_in_order(alarmed: Aws) -> None:
    assert silence_check.look(alarmed) == ("ok", "no alarm is silenced", "")


def test_a_silence_that_is_under_way_is_told_and_in_order(alarmed: Aws) -> None:
    silence(alarmed, 600)
    status, detail, _fix = silence_check.look(alarmed)
    assert status == "ok"
    assert "cpu-high-local: silenced until" in detail


def test_an_overdue_silence_fails_with_the_command_that_ends_it(
    alarmed: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    silence(alarmed, 60)
    over = alarmed.alarm_actions.now() + timedelta(seconds=61)
    monkeypatch.setattr(AlarmActions, "now", lambda _: over)
    status, detail, fix = silence_check.look(alarmed)
    assert status == "fail"
    assert CPU in detail
    assert "unsilence --expired" in fix


def test_actions_that_somebody_else_switched_off_are_a_warning(
    alarmed: Aws, emulator: Emulator
) -> None:
    emulator.world.backend("cloudwatch").alarms[CPU].actions_enabled = False
    status, _detail, fix = silence_check.look(alarmed)
    assert (status, CPU in fix) == ("warn", True)


@pytest.mark.parametrize(("count", "status"), [(1, "ok"), (20, "warn")])
def test_many_rules_that_are_over_and_still_listed_are_a_warning(
    alarmed: Aws, emulator: Emulator, count: int, status: str
) -> None:
    past = emulator.world.clock() - timedelta(hours=2)
    for number in range(count):
        name = f"opsctl-local-20261124t0230-ab12cd-{number}"
        arn = f"arn:x:alarm-mute-rule:{name}"
        rule = MuteRule(name, arn, f"at({past:%Y-%m-%dT%H:%M})", "PT1M", past)
        rules_of(emulator.world.backend("cloudwatch"))[name] = rule
    found, detail, fix = silence_check.look(alarmed)
    assert found == status
    assert ("20 mute rules" in detail, "--expired" in fix) == (status == "warn",) * 2


def test_rules_that_may_not_be_read_are_a_warning(alarmed: Aws, emulator: Emulator) -> None:
    emulator.front.faults.add({"operation": "ListAlarmMuteRules", "code": "AccessDenied"})
    status, _detail, fix = silence_check.look(alarmed)
    assert status == "warn"
    assert "ListAlarmMuteRules" in fix
