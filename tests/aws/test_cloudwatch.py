"""Alarms through the emulator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from opsctl.aws import Aws
from opsctl.sandbox.emulator import Emulator


def test_alarms_are_found_by_how_their_names_begin_and_end(local: Aws) -> None:
    found = local.cloudwatch.alarms(local.target.alarm_prefix, local.target.alarm_suffix)
    names = [it.name for it in found]
    assert "image-caption-gen-high-error-rate-local" in names
    assert names == sorted(names)
    assert all(it.actions_enabled for it in found)


def test_alarms_of_another_environment_are_not_among_them(local: Aws) -> None:
    assert local.cloudwatch.alarms(local.target.alarm_prefix, "-prod") == ()


def test_the_changes_of_an_environments_alarms_are_told_oldest_first(
    local: Aws, emulator: Emulator
) -> None:
    name = "image-caption-gen-high-error-rate-local"
    alarms = emulator.world.backend("cloudwatch").alarms
    before = alarms[name].state_value
    since = datetime.now(UTC)
    for state in ("ALARM", "OK"):
        alarms[name].update_state(f"now {state}", "{}", state)
    until = datetime.now(UTC) + timedelta(minutes=1)
    found = local.cloudwatch.alarm_changes("image-caption-gen-", "-local", since, until)

    told = [(it.name, it.before, it.after, it.reason) for it in found]
    assert told[-2:] == [(name, before, "ALARM", "now ALARM"), (name, "ALARM", "OK", "now OK")]
    assert local.cloudwatch.alarm_changes("image-caption-gen-", "-prod", since, until) == ()
