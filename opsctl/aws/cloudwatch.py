"""CloudWatch alarms: which there are and how they stand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsctl.aws.gateway import Gateway


@dataclass(frozen=True)
class Alarm:
    """One alarm. `state` is OK, ALARM or INSUFFICIENT_DATA."""

    name: str
    state: str
    since: datetime
    reason: str
    actions_enabled: bool


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
        found = [
            _alarm(it)
            for page in pages
            for it in (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ()))
            if it["AlarmName"].endswith(suffix)
        ]
        return tuple(sorted(found, key=lambda alarm: alarm.name))

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


def _alarm(it: dict[str, Any]) -> Alarm:
    return Alarm(
        name=it["AlarmName"],
        state=it["StateValue"],
        since=it["StateUpdatedTimestamp"],
        reason=it.get("StateReason", ""),
        actions_enabled=it.get("ActionsEnabled", True),
    )
