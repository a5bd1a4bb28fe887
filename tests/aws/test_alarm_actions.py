"""Alarm actions switched off and on, with the record of their end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.sandbox.emulator import Emulator

CPU, ERRORS = "image-caption-gen-cpu-high-local", "image-caption-gen-high-error-rate-local"
WHO = "arn:aws:iam::123456789012:user/alice"


@pytest.fixture
def door(
    local: Aws, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Aws]:
    """The door to the emulator, with records in a folder of their own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    made = Aws(local.target)
    yield made
    emulator.front.faults.clear()
    for alarm in emulator.world.backend("cloudwatch").alarms.values():
        alarm.actions_enabled = True


def off(door: Aws, *alarms: str, minutes: float = 30) -> str:
    until = (door.alarm_actions.now() + timedelta(minutes=minutes)).isoformat()
    with door.changing():
        door.alarm_actions.disable(list(alarms), until, WHO, "drill")
    return until


def enabled(door: Aws) -> dict[str, bool]:
    return {it.name: it.actions_enabled for it in door.cloudwatch.named([CPU, ERRORS])}


def test_what_is_switched_off_is_recorded_with_its_end(door: Aws) -> None:
    until = off(door, CPU)
    (found,) = door.alarm_actions.recorded()
    assert (found.alarm, found.until.isoformat(), found.by) == (CPU, until, WHO)
    assert found.reason == "drill"
    assert enabled(door) == {CPU: False, ERRORS: True}
    assert door.alarm_actions.are([CPU], enabled=False).done
    assert not door.alarm_actions.are([CPU, ERRORS], enabled=False).done


def test_switching_on_again_forgets_it(door: Aws) -> None:
    off(door, CPU, ERRORS)
    with door.changing():
        door.alarm_actions.enable([CPU])
    assert enabled(door) == {CPU: True, ERRORS: False}
    assert [it.alarm for it in door.alarm_actions.recorded()] == [ERRORS]


def test_what_others_switched_off_stays_off(door: Aws) -> None:
    with door.changing():
        door.client("cloudwatch").disable_alarm_actions(AlarmNames=[ERRORS])
        door.alarm_actions.enable([CPU, ERRORS])
    assert enabled(door) == {CPU: True, ERRORS: False}


def test_a_silence_whose_end_is_over_is_not_begun(door: Aws) -> None:
    with pytest.raises(errors.FactsChanged, match="is over"):
        off(door, CPU, minutes=-1)
    assert enabled(door)[CPU]
    assert door.alarm_actions.recorded() == ()


def test_what_aws_refused_is_not_recorded(door: Aws, emulator: Emulator) -> None:
    emulator.front.faults.add({"operation": "DisableAlarmActions", "code": "AccessDenied"})
    with pytest.raises(errors.NoAccess):
        off(door, CPU)
    assert door.alarm_actions.recorded() == ()


def test_an_extension_that_aws_refused_leaves_the_earlier_end(
    door: Aws, emulator: Emulator
) -> None:
    until = off(door, CPU)
    emulator.front.faults.add({"operation": "DisableAlarmActions", "code": "AccessDenied"})
    with pytest.raises(errors.NoAccess):
        off(door, CPU, minutes=90)
    assert [it.until.isoformat() for it in door.alarm_actions.recorded()] == [until]


def test_the_record_stays_where_it_is_not_known_whether_aws_did_it(
    door: Aws, emulator: Emulator
) -> None:
    emulator.front.faults.add(
        {"operation": "DisableAlarmActions", "code": "InternalFailure", "status": 500}
    )
    with pytest.raises(errors.Unreachable):
        off(door, CPU)
    assert [it.alarm for it in door.alarm_actions.recorded()] == [CPU]


def test_a_hundred_names_go_in_one_call(door: Aws, emulator: Emulator) -> None:
    emulator.front.calls.clear()
    off(door, *(f"alarm-{number}" for number in range(250)))
    calls = [it["operation"] for it in emulator.front.calls.listed()]
    assert calls == ["DisableAlarmActions"] * 3
    with door.changing():
        door.alarm_actions.enable([it.alarm for it in door.alarm_actions.recorded()])
    assert door.alarm_actions.recorded() == ()
