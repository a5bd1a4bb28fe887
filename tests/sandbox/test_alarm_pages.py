"""What alarms set off: at once, never, or when a mute is over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from opsctl.sandbox import alarm_pages
from opsctl.sandbox.alarm_pages import Page, pages_of
from opsctl.sandbox.alarms import Alarms
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.mute_rules import rules_of
from opsctl.sandbox.seed import Accounts

NAME = "image-caption-gen-cpu-high-local"


@pytest.fixture
def cloudwatch(emulator: Emulator) -> Iterator[Any]:
    """A client, with the alarm OK, nobody muted and no page yet."""
    made = Accounts(emulator.world, emulator.endpoint_url).cloudwatch
    rules_of(emulator.world.backend("cloudwatch")).clear()
    made.enable_alarm_actions(AlarmNames=[NAME])
    made.set_alarm_state(AlarmName=NAME, StateValue="OK", StateReason="calm")
    pages_of(emulator.world).clear()
    yield made
    emulator.front.faults.clear()


def ring(cloudwatch: Any, state: str = "ALARM") -> None:
    cloudwatch.set_alarm_state(AlarmName=NAME, StateValue=state, StateReason=f"now {state}")


def mute(emulator: Emulator, cloudwatch: Any, name: str = "drill") -> None:
    """For this minute and the next one."""
    schedule = {"Expression": f"at({emulator.world.clock():%Y-%m-%dT%H:%M})", "Duration": "PT2M"}
    cloudwatch.put_alarm_mute_rule(
        Name=name, Rule={"Schedule": schedule}, MuteTargets={"AlarmNames": [NAME]}
    )


def pages(emulator: Emulator) -> list[tuple[str, str, bool]]:
    return [(it.alarm, it.state, it.held) for it in pages_of(emulator.world) if it.alarm == NAME]


def later(emulator: Emulator, cloudwatch: Any, seconds: float) -> None:
    """Time goes by, with the alarm held in its state, and the alarms are evaluated."""
    emulator.advance(seconds)
    alarm = emulator.world.backend("cloudwatch").alarms[NAME]
    alarm.held_until = emulator.world.clock().timestamp() + 60
    Alarms(emulator.world).evaluate()


def test_each_change_of_state_sets_its_own_actions_off(emulator: Emulator, cloudwatch: Any) -> None:
    ring(cloudwatch)
    ring(cloudwatch)
    ring(cloudwatch, "OK")
    ring(cloudwatch, "INSUFFICIENT_DATA")
    assert pages(emulator) == [(NAME, "ALARM", False), (NAME, "OK", False)]
    page = pages_of(emulator.world)[0]
    assert page.action.endswith("image-caption-gen-alerts-local")
    assert page.reason == "now ALARM"


def test_actions_that_are_off_set_nothing_off_and_nothing_is_made_up_for(
    emulator: Emulator, cloudwatch: Any
) -> None:
    cloudwatch.disable_alarm_actions(AlarmNames=[NAME])
    ring(cloudwatch)
    cloudwatch.enable_alarm_actions(AlarmNames=[NAME])
    Alarms(emulator.world).evaluate()
    assert pages(emulator) == []


def test_a_mute_holds_the_page_back_and_it_comes_when_the_mute_is_over(
    emulator: Emulator, cloudwatch: Any
) -> None:
    mute(emulator, cloudwatch)
    ring(cloudwatch)
    later(emulator, cloudwatch, 10)
    assert pages(emulator) == []
    later(emulator, cloudwatch, 120)
    assert pages(emulator) == [(NAME, "ALARM", True)]
    later(emulator, cloudwatch, 10)
    assert len(pages(emulator)) == 1


def test_what_was_over_before_the_mute_was_is_never_told(
    emulator: Emulator, cloudwatch: Any
) -> None:
    mute(emulator, cloudwatch)
    ring(cloudwatch)
    ring(cloudwatch, "OK")
    later(emulator, cloudwatch, 130)
    assert pages(emulator) == [(NAME, "OK", True)], "only that it is in order"


def test_a_rule_that_is_deleted_early_sets_it_off_at_once(
    emulator: Emulator, cloudwatch: Any
) -> None:
    mute(emulator, cloudwatch)
    ring(cloudwatch)
    cloudwatch.delete_alarm_mute_rule(AlarmMuteRuleName="drill")
    assert pages(emulator) == [(NAME, "ALARM", True)]


def test_a_second_rule_holds_on(emulator: Emulator, cloudwatch: Any) -> None:
    mute(emulator, cloudwatch)
    mute(emulator, cloudwatch, "another")
    ring(cloudwatch)
    cloudwatch.delete_alarm_mute_rule(AlarmMuteRuleName="drill")
    assert pages(emulator) == []


def test_the_control_tells_the_pages_and_forgets_them(emulator: Emulator, cloudwatch: Any) -> None:
    ring(cloudwatch)
    control = alarm_pages.control(emulator.world)
    (page,) = control("GET", b"")
    assert set(page) == set(Page.__dataclass_fields__)
    assert json.dumps(page)
    control("DELETE", b"")
    assert control("GET", b"") == []
