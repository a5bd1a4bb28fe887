"""Alarms through the emulator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from opsctl.aws import Aws
from opsctl.aws.cloudwatch import Alarm
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


def test_alarms_are_found_by_name_and_unknown_ones_are_left_out(local: Aws) -> None:
    name = "image-caption-gen-high-error-rate-local"
    (found,) = local.cloudwatch.named(["nobody", name])
    assert (found.name, found.kind) == (name, "metric")
    assert found.actions[0].endswith(":image-caption-gen-alerts-local")
    assert local.cloudwatch.named([]) == ()


def test_an_alarm_that_drives_autoscaling_is_known_by_its_name_or_its_action() -> None:
    now = datetime.now(UTC)
    policy = "arn:aws:autoscaling:eu-west-1:1:scalingPolicy:x:resource/ecs/service/c/s"
    assert Alarm("TargetTracking-service/c/s-AlarmHigh-1", "OK", now, "", True).scales
    assert Alarm("steps-prod", "OK", now, "", True, actions=(policy,)).scales
    assert not Alarm("loud", "OK", now, "", True, actions=("arn:aws:sns:eu-west-1:1:x",)).scales
