"""A change of state runs an alarm's actions, whoever made it."""

from __future__ import annotations

from opsctl.sandbox.alarm_pages import pages_of
from opsctl.sandbox.emulator import Emulator

NAME = "image-caption-gen-unhealthy-hosts-local"


def test_only_a_change_of_state_counts(emulator: Emulator) -> None:
    alarm = emulator.world.backend("cloudwatch").alarms[NAME]
    pages_of(emulator.world).clear()
    for state in ("ALARM", "ALARM", "OK"):
        alarm.update_state("why", "{}", state)
    assert [it.state for it in pages_of(emulator.world)] == ["ALARM", "OK"]
