"""Alarms that watch a table: they name it in a dimension, so a restored table has none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opsctl.aws.gateway import Gateway
from opsctl.plan import Json

DIMENSION = "TableName"
OF_AUTOSCALING = "TargetTracking-"
LONGEST_NAME = 255


class TableAlarms(Gateway):
    """Metric alarms of a table, and their copies for another one."""

    @property
    def _client(self) -> Any:
        return self.aws.client("cloudwatch")

    def read(self, table: str) -> tuple[dict[str, Any], ...]:
        """What PutMetricAlarm takes to make each alarm of the table again, by name.

        Those that autoscaling keeps are left out: it makes them itself.
        """
        accepted = self._client.meta.service_model.operation_model("PutMetricAlarm")
        fields = accepted.input_shape.members
        pages = self._client.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"])
        found = [
            {name: value for name, value in it.items() if name in fields}
            for page in pages
            for it in page.get("MetricAlarms", ())
            if _watches(it, table) and not it["AlarmName"].startswith(OF_AUTOSCALING)
        ]
        return tuple(sorted(found, key=lambda it: str(it["AlarmName"])))

    def put(self, alarm: dict[str, Json]) -> None:
        """Makes an alarm, or sets the one of that name to just this."""
        self._client.put_metric_alarm(**alarm)

    def remove(self, name: str) -> None:
        """Deletes an alarm; gone already is done already."""
        self._client.delete_alarms(AlarmNames=[name])


def copied(alarm: Mapping[str, Any], source: str, table: str, suffix: str) -> dict[str, Any]:
    """The same alarm for another table, under a name of its own.

    The name keeps its end (`-prod`), by which opsctl knows the alarms of an environment.
    """
    name = str(alarm["AlarmName"])
    stem = name.removesuffix(suffix)
    end = suffix if stem != name else ""
    room = LONGEST_NAME - len(end) - len(table) - 1
    made = dict(_renamed(alarm, source, table))
    made["AlarmName"] = f"{stem.removesuffix(f'-{source}')[:room]}-{table}{end}"
    return made


def _watches(alarm: Mapping[str, Any], table: str) -> bool:
    of = [alarm.get("Dimensions", ())]
    of += [
        it.get("MetricStat", {}).get("Metric", {}).get("Dimensions", ())
        for it in alarm.get("Metrics", ())
    ]
    return any(it["Name"] == DIMENSION and it["Value"] == table for each in of for it in each)


def _renamed(value: Any, source: str, table: str) -> Any:
    """A copy in which every dimension that names one table names the other."""
    if isinstance(value, Mapping):
        if value.get("Name") == DIMENSION and value.get("Value") == source:
            return {**value, "Value": table}
        return {name: _renamed(each, source, table) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(each, source, table) for each in value]
    return value
