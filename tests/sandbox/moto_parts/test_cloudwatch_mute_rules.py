"""Mute rules over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed import Accounts

ALARM = "image-caption-gen-cpu-high-local"


@pytest.fixture
def cloudwatch(emulator: Emulator) -> Any:
    made = Accounts(emulator.world, emulator.endpoint_url).cloudwatch
    made.delete_alarm_mute_rule(AlarmMuteRuleName="night")
    return made


def put(emulator: Emulator, cloudwatch: Any, **more: Any) -> None:
    schedule = {"Expression": f"at({emulator.world.clock():%Y-%m-%dT%H:%M})", "Duration": "PT30M"}
    cloudwatch.put_alarm_mute_rule(
        **{
            "Name": "night",
            "Rule": {"Schedule": schedule},
            "MuteTargets": {"AlarmNames": [ALARM]},
            **more,
        }
    )


def test_a_rule_is_active_and_expires_by_itself(emulator: Emulator, cloudwatch: Any) -> None:
    put(emulator, cloudwatch)
    found = cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName="night")
    assert (found["Status"], found["MuteType"]) == ("ACTIVE", "ONE_TIME")
    emulator.advance(31 * 60)
    listed = cloudwatch.list_alarm_mute_rules(AlarmName=ALARM, Statuses=["ACTIVE"])
    assert listed["AlarmMuteRuleSummaries"] == []
    assert cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName="night")["Status"] == "EXPIRED"


def test_rules_are_found_by_their_alarm(emulator: Emulator, cloudwatch: Any) -> None:
    put(emulator, cloudwatch)
    mine = cloudwatch.list_alarm_mute_rules(AlarmName=ALARM)["AlarmMuteRuleSummaries"]

    assert [it["AlarmMuteRuleArn"].rpartition(":")[2] for it in mine] == ["night"]
    assert cloudwatch.list_alarm_mute_rules(AlarmName="other")["AlarmMuteRuleSummaries"] == []


def test_putting_a_rule_again_replaces_it(emulator: Emulator, cloudwatch: Any) -> None:
    put(emulator, cloudwatch)
    put(emulator, cloudwatch, ExpireDate=emulator.world.clock() - timedelta(seconds=1))

    assert cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName="night")["Status"] == "EXPIRED"


def test_deleting_twice_is_harmless(emulator: Emulator, cloudwatch: Any) -> None:
    put(emulator, cloudwatch)
    for _ in range(2):
        cloudwatch.delete_alarm_mute_rule(AlarmMuteRuleName="night")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName="night")


def test_an_alarm_that_does_not_exist_can_not_be_muted(emulator: Emulator, cloudwatch: Any) -> None:
    with pytest.raises(ClientError, match="do not exist: nobody"):
        put(emulator, cloudwatch, MuteTargets={"AlarmNames": ["nobody"]})
