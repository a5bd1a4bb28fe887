"""Alarms follow their metrics."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from opsctl.sandbox.alarms import HOLD_SECONDS, Alarms, judge
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed import Accounts


def alarm(**fields: Any) -> Any:
    return SimpleNamespace(
        **{
            "comparison_operator": "GreaterThanThreshold",
            "threshold": 5.0,
            "period": 60,
            "evaluation_periods": 3,
            "datapoints_to_alarm": 2,
            "treat_missing_data": None,
            "state_value": "OK",
            "state_reason": "as before",
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("values", "missing", "expected"),
    [
        ([6, 7, 1], None, "ALARM"),
        ([6, 1, 1], None, "OK"),
        ([5, 5, 5], None, "OK"),
        ([None, None, None], None, "INSUFFICIENT_DATA"),
        ([None, None, None], "notBreaching", "OK"),
        ([None, None, None], "breaching", "ALARM"),
        ([None, None, None], "ignore", "OK"),
        ([6, None, None], "breaching", "ALARM"),
        ([6, None, None], "notBreaching", "OK"),
    ],
)
def test_a_state_follows_from_the_datapoints_and_the_missing_ones(
    values: list[float | None], missing: str | None, expected: str
) -> None:
    state, reason, _ = judge(alarm(treat_missing_data=missing), values)

    assert state == expected
    assert reason


def put(aws: Accounts, name: str, **more: Any) -> None:
    aws.cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="test",
        MetricName=name,
        Statistic="Sum",
        Period=10,
        EvaluationPeriods=1,
        Threshold=5,
        ComparisonOperator="GreaterThanThreshold",
        **more,
    )


def state(aws: Accounts, name: str) -> str:
    (found,) = aws.cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return str(found["StateValue"])


def test_an_alarm_goes_off_and_ends_with_its_metric(emulator: Emulator) -> None:
    aws, alarms = Accounts(emulator.world, emulator.endpoint_url), Alarms(emulator.world)
    put(aws, "noise", TreatMissingData="notBreaching")
    assert state(aws, "noise") == "INSUFFICIENT_DATA"
    alarms.tick()
    assert state(aws, "noise") == "OK"
    aws.cloudwatch.put_metric_data(
        Namespace="test", MetricData=[{"MetricName": "noise", "Value": 9}]
    )
    emulator.advance(2)
    alarms.tick()
    assert state(aws, "noise") == "ALARM"
    emulator.advance(12)
    alarms.tick()
    assert state(aws, "noise") == "OK"


def test_a_state_set_by_hand_lasts_until_the_next_evaluation(emulator: Emulator) -> None:
    aws, alarms = Accounts(emulator.world, emulator.endpoint_url), Alarms(emulator.world)
    put(aws, "drill", TreatMissingData="notBreaching")
    aws.cloudwatch.set_alarm_state(AlarmName="drill", StateValue="ALARM", StateReason="a drill")
    emulator.advance(5)
    alarms.tick()
    assert state(aws, "drill") == "ALARM"
    emulator.advance(HOLD_SECONDS)
    alarms.tick()
    assert state(aws, "drill") == "OK"


def test_a_composite_follows_its_children(emulator: Emulator) -> None:
    aws, alarms = Accounts(emulator.world, emulator.endpoint_url), Alarms(emulator.world)
    put(aws, "child", TreatMissingData="notBreaching")
    aws.cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule='ALARM("child") OR FALSE')
    aws.cloudwatch.set_alarm_state(AlarmName="child", StateValue="ALARM", StateReason="a drill")
    emulator.advance(2)
    alarms.tick()
    found = aws.cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]

    assert [(it["AlarmName"], it["StateValue"]) for it in found] == [("both", "ALARM")]
    assert "child is ALARM" in found[0]["StateReason"]
