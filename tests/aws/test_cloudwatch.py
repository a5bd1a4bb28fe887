"""Alarms through the emulator."""

from __future__ import annotations

from opsctl.aws import Aws


def test_alarms_are_found_by_how_their_names_begin_and_end(local: Aws) -> None:
    found = local.cloudwatch.alarms(local.target.alarm_prefix, local.target.alarm_suffix)
    names = [it.name for it in found]
    assert "image-caption-gen-high-error-rate-local" in names
    assert names == sorted(names)
    assert all(it.actions_enabled for it in found)


def test_alarms_of_another_environment_are_not_among_them(local: Aws) -> None:
    assert local.cloudwatch.alarms(local.target.alarm_prefix, "-prod") == ()
