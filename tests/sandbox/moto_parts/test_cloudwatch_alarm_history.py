"""The history of alarms over the API."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
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
    for name in ("one", "two"):
        made.put_metric_alarm(AlarmName=name, **ALARM)
    return made


def ring(cloudwatch: Any, name: str, state: str, reason: str = "a drill") -> None:
    cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason=reason)


def told(cloudwatch: Any, **asked: Any) -> list[tuple[str, str]]:
    pages = cloudwatch.get_paginator("describe_alarm_history").paginate(**asked)
    return [
        (it["AlarmName"], it["HistorySummary"])
        for page in pages
        for it in page["AlarmHistoryItems"]
    ]


def test_each_change_of_state_is_told_newest_first(cloudwatch: Any) -> None:
    ring(cloudwatch, "one", "ALARM")
    ring(cloudwatch, "two", "OK")
    ring(cloudwatch, "one", "OK")

    expected = [
        ("one", "Alarm updated from ALARM to OK"),
        ("two", "Alarm updated from INSUFFICIENT_DATA to OK"),
        ("one", "Alarm updated from INSUFFICIENT_DATA to ALARM"),
    ]
    assert told(cloudwatch) == expected
    assert told(cloudwatch, ScanBy="TimestampAscending") == expected[::-1]
    assert told(cloudwatch, AlarmName="two") == expected[1:2]
    assert told(cloudwatch, PaginationConfig={"PageSize": 1}) == expected


def test_the_reason_is_in_the_data(cloudwatch: Any) -> None:
    ring(cloudwatch, "one", "ALARM", "because I say so")
    (item,) = cloudwatch.describe_alarm_history()["AlarmHistoryItems"]
    data = json.loads(item["HistoryData"])
    assert data["newState"]["stateReason"] == "because I say so"
    assert data["oldState"]["stateValue"] == "INSUFFICIENT_DATA"


def test_only_what_lies_between_the_dates_is_told(cloudwatch: Any) -> None:
    ring(cloudwatch, "one", "ALARM")
    now = datetime.now(UTC)
    assert told(cloudwatch, StartDate=now - timedelta(minutes=1), EndDate=now) != []
    assert told(cloudwatch, StartDate=now + timedelta(minutes=1)) == []
    assert told(cloudwatch, EndDate=now - timedelta(minutes=1)) == []
    assert told(cloudwatch, HistoryItemType="Action") == []


def test_composites_are_told_only_when_asked_for(cloudwatch: Any) -> None:
    cloudwatch.put_composite_alarm(AlarmName="all", AlarmRule='ALARM("one")')
    ring(cloudwatch, "all", "ALARM")
    assert told(cloudwatch) == []
    assert [name for name, _ in told(cloudwatch, AlarmTypes=["CompositeAlarm"])] == ["all"]


@pytest.mark.parametrize("asked", [{"MaxRecords": 101}, {"NextToken": "stale"}])
def test_what_cloudwatch_would_refuse_is_refused(cloudwatch: Any, asked: dict[str, Any]) -> None:
    with pytest.raises(ClientError):
        cloudwatch.describe_alarm_history(**asked)
