"""CloudWatch alarms: which there are and how they stand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsctl.aws.gateway import Gateway

SCALING = "TargetTracking-"
"""How the names of alarms begin that Application Auto Scaling makes for itself."""
AT_ONCE = 100
"""The most names that DescribeAlarms takes."""


@dataclass(frozen=True)
class Alarm:
    """One alarm. `state` is OK, ALARM or INSUFFICIENT_DATA, `kind` metric or composite."""

    name: str
    state: str
    since: datetime
    reason: str
    actions_enabled: bool
    kind: str = "metric"
    actions: tuple[str, ...] = ()
    """The ARNs of what it does in any state."""
    rule: str = ""
    """What a composite alarm is made of: `ALARM("a") OR ALARM("b")`."""

    @property
    def scales(self) -> bool:
        """Whether it drives autoscaling: to silence it would stop that."""
        return self.name.startswith(SCALING) or any(":scalingPolicy:" in it for it in self.actions)


@dataclass(frozen=True)
class AlarmChange:
    """One time that an alarm went from one state to another."""

    name: str
    at: datetime
    before: str
    after: str
    reason: str


class CloudWatch(Gateway):
    """Reads alarms."""

    @property
    def _client(self) -> Any:
        return self.aws.client("cloudwatch")

    def alarms(self, prefix: str, suffix: str) -> tuple[Alarm, ...]:
        """Metric and composite alarms whose name begins and ends so, by name.

        The runbook's names carry the environment at their end, which AWS cannot filter by.
        """
        pages = self._client.get_paginator("describe_alarms").paginate(
            AlarmNamePrefix=prefix, AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        found = (it for page in pages for it in _alarms(page))
        return tuple(sorted((it for it in found if it.name.endswith(suffix)), key=_by_name))

    def named(self, names: list[str]) -> tuple[Alarm, ...]:
        """The alarms of these names, by name; those that there are not are left out."""
        found = []
        for at in range(0, len(names), AT_ONCE):
            answer = self._client.describe_alarms(
                AlarmNames=names[at : at + AT_ONCE],
                AlarmTypes=["MetricAlarm", "CompositeAlarm"],
                MaxRecords=AT_ONCE,
            )
            found += _alarms(answer)
        return tuple(sorted(found, key=_by_name))

    def alarm_changes(
        self, prefix: str, suffix: str, since: datetime, until: datetime
    ) -> tuple[AlarmChange, ...]:
        """How such alarms changed their state, oldest first; CloudWatch forgets after 30 days."""
        pages = self._client.get_paginator("describe_alarm_history").paginate(
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            HistoryItemType="StateUpdate",
            StartDate=since,
            EndDate=until,
            ScanBy="TimestampAscending",
        )
        return tuple(
            _change(it)
            for page in pages
            for it in page["AlarmHistoryItems"]
            if it["AlarmName"].startswith(prefix) and it["AlarmName"].endswith(suffix)
        )


def _change(it: dict[str, Any]) -> AlarmChange:
    try:
        data = json.loads(it.get("HistoryData") or "{}")
    except ValueError:
        data = {}
    before, after = data.get("oldState", {}), data.get("newState", {})
    return AlarmChange(
        name=it["AlarmName"],
        at=it["Timestamp"],
        before=before.get("stateValue", ""),
        after=after.get("stateValue", ""),
        reason=after.get("stateReason", it.get("HistorySummary", "")),
    )


def _alarms(page: dict[str, Any]) -> list[Alarm]:
    return [_alarm(it) for key in ("MetricAlarms", "CompositeAlarms") for it in page.get(key, ())]


def _by_name(alarm: Alarm) -> str:
    return alarm.name


def _alarm(it: dict[str, Any]) -> Alarm:
    kinds = ("AlarmActions", "OKActions", "InsufficientDataActions")
    return Alarm(
        name=it["AlarmName"],
        state=it["StateValue"],
        since=it["StateUpdatedTimestamp"],
        reason=it.get("StateReason", ""),
        actions_enabled=it.get("ActionsEnabled", True),
        kind="composite" if it.get("AlarmRule") else "metric",
        actions=tuple(dict.fromkeys(arn for kind in kinds for arn in it.get(kind, ()))),
        rule=it.get("AlarmRule") or "",
    )
