"""CloudWatch alarms over the API."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed import Accounts

ALARM = {
    "Namespace": "own",
    "MetricName": "Errors",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}


@pytest.fixture
def cloudwatch(emulator: Emulator) -> Any:
    made = Accounts(emulator.world, emulator.endpoint_url).cloudwatch
    emulator.world.backend("cloudwatch").alarms.clear()
    for number in range(5):
        made.put_metric_alarm(AlarmName=f"own-{number}", AlarmActions=["arn:aws:sns:x"], **ALARM)
    return made


def names(answer: dict[str, Any]) -> list[str]:
    return [it["AlarmName"] for it in answer["MetricAlarms"]]


def test_state_and_prefix_work_together(cloudwatch: Any) -> None:
    cloudwatch.set_alarm_state(AlarmName="own-2", StateValue="ALARM", StateReason="a drill")

    found = cloudwatch.describe_alarms(AlarmNamePrefix="own", StateValue="ALARM")
    assert names(found) == ["own-2"]


def test_alarms_are_paged(cloudwatch: Any) -> None:
    pages = cloudwatch.get_paginator("describe_alarms").paginate(PaginationConfig={"PageSize": 2})

    assert [names(page) for page in pages] == [["own-0", "own-1"], ["own-2", "own-3"], ["own-4"]]


def test_a_changed_alarm_keeps_its_state(cloudwatch: Any) -> None:
    cloudwatch.set_alarm_state(AlarmName="own-1", StateValue="ALARM", StateReason="a drill")
    cloudwatch.put_metric_alarm(AlarmName="own-1", **{**ALARM, "Threshold": 9})
    (found,) = cloudwatch.describe_alarms(AlarmNames=["own-1"])["MetricAlarms"]

    assert (found["StateValue"], found["Threshold"]) == ("ALARM", 9)


def test_a_new_alarm_knows_nothing_yet(cloudwatch: Any) -> None:
    assert len(names(cloudwatch.describe_alarms(StateValue="INSUFFICIENT_DATA"))) == 5


def test_actions_are_disabled_and_enabled(cloudwatch: Any) -> None:
    cloudwatch.disable_alarm_actions(AlarmNames=["own-3"])
    (found,) = cloudwatch.describe_alarms(AlarmNames=["own-3"])["MetricAlarms"]
    assert found["ActionsEnabled"] is False
    cloudwatch.enable_alarm_actions(AlarmNames=["own-3"])
    (found,) = cloudwatch.describe_alarms(AlarmNames=["own-3"])["MetricAlarms"]
    assert found["ActionsEnabled"] is True


def test_composites_are_listed_only_when_asked_for(cloudwatch: Any) -> None:
    cloudwatch.put_composite_alarm(AlarmName="own-all", AlarmRule='ALARM("own-1")')

    assert "own-all" not in names(cloudwatch.describe_alarms())
    asked = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])
    assert [it["AlarmName"] for it in asked["CompositeAlarms"]] == ["own-all"]
    assert names(asked) == []


@pytest.mark.parametrize("rule", ['ALARM("nobody")', "ALARM(", "own-1"])
def test_a_composite_of_nothing_is_refused(cloudwatch: Any, rule: str) -> None:
    with pytest.raises(ClientError, match="ValidationError"):
        cloudwatch.put_composite_alarm(AlarmName="bad", AlarmRule=rule)
