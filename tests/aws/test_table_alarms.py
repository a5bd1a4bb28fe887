"""Alarms that watch a table, through the emulator."""

from __future__ import annotations

from typing import Any

from table_samples import ALARM, NEW, TABLE

from opsctl.aws import Aws
from opsctl.aws.table_alarms import copied

IN_A_METRIC: dict[str, Any] = {
    "AlarmName": "share",
    "Metrics": [
        {
            "Id": "m1",
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/DynamoDB",
                    "MetricName": "ThrottledRequests",
                    "Dimensions": [
                        {"Name": "TableName", "Value": TABLE},
                        {"Name": "Operation", "Value": "PutItem"},
                    ],
                },
                "Period": 60,
                "Stat": "Sum",
            },
            "ReturnData": True,
        }
    ],
    "EvaluationPeriods": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


def names(local: Aws, table: str) -> list[str]:
    return [it["AlarmName"] for it in local.table_alarms.read(table)]


def test_alarms_are_found_by_the_table_in_a_dimension(local: Aws) -> None:
    with local.changing():
        for alarm in (ALARM, IN_A_METRIC, {**ALARM, "AlarmName": "TargetTracking-table/x"}):
            local.table_alarms.put(alarm)
    assert names(local, TABLE) == [ALARM["AlarmName"], "share"]
    assert names(local, "image") == []


def test_a_copy_watches_the_other_table_and_is_removed_alone(local: Aws) -> None:
    with local.changing():
        local.table_alarms.put(ALARM)
        for alarm in local.table_alarms.read(TABLE):
            local.table_alarms.put(copied(alarm, TABLE, NEW, "-prod"))
    made = names(local, NEW)
    assert f"image-caption-gen-throttles-{NEW}-prod" in made
    before = names(local, TABLE)
    with local.changing():
        for name in made:
            local.table_alarms.remove(name)
            local.table_alarms.remove(name)
    assert names(local, NEW) == []
    assert names(local, TABLE) == before


def test_a_name_keeps_its_end_and_does_not_grow_beyond_what_aws_takes() -> None:
    assert copied(ALARM, TABLE, NEW, "-prod")["AlarmName"].endswith(f"{NEW}-prod")
    assert copied(ALARM, TABLE, NEW, "-dev")["AlarmName"].endswith(f"-prod-{NEW}")
    long = copied({**ALARM, "AlarmName": "x" * 255}, TABLE, NEW, "-prod")
    assert len(long["AlarmName"]) == 255
    again = copied(copied(ALARM, TABLE, NEW, "-prod"), NEW, "third", "-prod")
    assert again["AlarmName"] == "image-caption-gen-throttles-third-prod"


def test_only_the_dimension_of_the_table_changes() -> None:
    of = copied(IN_A_METRIC, TABLE, NEW, "")["Metrics"][0]["MetricStat"]["Metric"]["Dimensions"]
    assert of == [{"Name": "TableName", "Value": NEW}, {"Name": "Operation", "Value": "PutItem"}]
