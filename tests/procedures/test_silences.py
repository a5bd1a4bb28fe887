"""What silences an alarm, gathered and told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from silencing import alarm, at, facts, off, rule

from opsctl import errors
from opsctl.aws import Aws
from opsctl.plan import Do
from opsctl.procedures import silence_alarms, silences, unsilence_alarms
from opsctl.sandbox.alarm_pages import pages_of
from opsctl.sandbox.alarms import Alarms
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.mute_rules import rules_of

CPU = "image-caption-gen-cpu-high-local"


@pytest.fixture
def door(
    local: Aws, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Aws]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    yield Aws(local.target)
    emulator.front.faults.clear()
    backend = emulator.world.backend("cloudwatch")
    rules_of(backend).clear()
    for each in backend.alarms.values():
        each.actions_enabled = True


def test_of_several_silences_the_last_end_counts() -> None:
    name = alarm("cpu-high").name
    found = facts(alarm("cpu-high"), rules=(rule("cpu-high"), rule("cpu-high", minutes=50)))
    assert found.silent_until(name) == at(50)
    found = replace(found, recorded=(off("cpu-high", 70),))
    assert found.silent_until(name) == at(70)
    assert facts(alarm("cpu-high")).silent_until(name) is None


def test_only_what_is_about_the_meant_alarms_is_gathered(door: Aws) -> None:
    until = (door.mute_rules.now() + timedelta(minutes=30)).isoformat()
    with door.changing():
        for name in ("cpu-high", "high-latency"):
            full = f"image-caption-gen-{name}-local"
            door.mute_rules.put(f"opsctl-local-{name}", [full], until, "", [])
    found = silences.gather(["cpu-high"], door)
    assert [it.name for it in found.alarms] == [CPU]
    assert [it.name for it in found.rules] == ["opsctl-local-cpu-high"]
    assert found.caller.endswith(":user/operator")


def test_gathering_twice_finds_the_same(door: Aws) -> None:
    assert silences.gather(["*"], door) == silences.gather(["*"], door)


def test_a_pattern_of_nothing_is_an_error_before_any_plan(door: Aws) -> None:
    with pytest.raises(errors.NotFound):
        silences.gather(["nobody"], door)


def test_where_rules_may_not_be_read_that_is_a_fact(door: Aws, emulator: Emulator) -> None:
    emulator.front.faults.add({"operation": "ListAlarmMuteRules", "code": "AccessDenied"})
    assert "ListAlarmMuteRules" in silences.gather(["*"], door).problem


def test_what_is_over_is_found_also_when_somebody_else_ended_it(
    door: Aws, emulator: Emulator
) -> None:
    soon = (door.alarm_actions.now() + timedelta(seconds=30)).isoformat()
    other = "image-caption-gen-high-latency-local"
    with door.changing():
        door.alarm_actions.disable([CPU, other], soon, "arn:who", "")
        door.client("cloudwatch").enable_alarm_actions(AlarmNames=[other])
    late = (door.alarm_actions.now() + timedelta(minutes=5)).isoformat()
    now = door.alarm_actions.now().isoformat()
    request = unsilence_alarms.Request("local", expired_at=late)
    found = unsilence_alarms.gather(request, door)
    assert [it.name for it in found.silences.alarms] == [CPU]
    assert found.gone == (other,)
    early = unsilence_alarms.gather(replace(request, expired_at=now), door)
    assert (early.silences.alarms, early.gone) == ((), ())


def test_rules_that_may_not_be_listed_leave_nothing_to_tidy_up(
    door: Aws, emulator: Emulator
) -> None:
    emulator.front.faults.add({"operation": "ListAlarmMuteRules", "code": "AccessDenied"})
    request = unsilence_alarms.Request("local", expired_at=door.alarm_actions.now().isoformat())
    assert unsilence_alarms.gather(request, door).leftovers == ()


def test_a_silence_ends_by_itself_and_what_still_rings_then_calls(
    local: Aws, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    door = Aws(local.target)
    vars(door.mute_rules)["now"] = emulator.world.clock
    until = (emulator.world.clock() + timedelta(minutes=3)).replace(second=0, microsecond=0)
    request = silence_alarms.Request("local", ("cpu-high",), until.isoformat(), "opsctl-local-a")
    plan = silence_alarms.plan(request, silence_alarms.gather(request, door))
    with door.changing():
        for step in plan.steps:
            assert isinstance(step, Do)
            door.perform(step.call)
    assert all(door.perform(check.check).done for check in plan.checks)

    pages = pages_of(emulator.world)
    pages.clear()
    alarm = emulator.world.backend("cloudwatch").alarms[CPU]
    alarm.update_state("still too much", "{}", "ALARM")
    alarm.held_until = float("inf")
    Alarms(emulator.world).evaluate()
    assert CPU not in [it.alarm for it in pages]
    emulator.advance((until - emulator.world.clock()).total_seconds() + 1)
    Alarms(emulator.world).evaluate()
    assert door.mute_rules.active() == ()
    assert [(it.state, it.held) for it in pages if it.alarm == CPU] == [("ALARM", True)]
    alarm.held_until = 0.0
