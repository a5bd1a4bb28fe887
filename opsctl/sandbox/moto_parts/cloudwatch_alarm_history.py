"""DescribeAlarmHistory, which moto lacks: how each alarm went from state to state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import Alarm
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult

from opsctl.sandbox.moto_parts.cloudwatch_metrics import epoch
from opsctl.sandbox.moto_parts.originals import original

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

AT_ONCE = 100


def install(_: World) -> None:
    """Add DescribeAlarmHistory, from what `Alarm.update_state` keeps."""
    original(Alarm, "update_state")

    def describe(received: Any) -> ActionResult:
        alarms = received.cloudwatch_backend.alarms
        return ActionResult(_page(alarms, received._get_params()))

    CloudWatchResponse.describe_alarm_history = describe


def _page(alarms: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    token, most = str(request.get("NextToken") or "0"), int(request.get("MaxRecords") or AT_ONCE)
    if not token.isdigit():
        raise ServiceException("InvalidNextToken", "The next token is not valid.")
    if not 1 <= most <= AT_ONCE:
        raise ValidationError(f"MaxRecords must be between 1 and {AT_ONCE}.")
    oldest_first = request.get("ScanBy") == "TimestampAscending"
    found = sorted(
        (it for alarm in alarms.values() if _asked(alarm, request) for it in _items(alarm)),
        key=lambda it: it["Timestamp"],
        reverse=not oldest_first,
    )
    found = [it for it in found if _within(it, request)]
    end = int(token) + most
    return {
        "AlarmHistoryItems": found[int(token) : end],
        "NextToken": str(end) if end < len(found) else None,
    }


def _asked(alarm: Any, request: dict[str, Any]) -> bool:
    # As on AWS, only metric alarms are told of unless the kinds are named.
    kinds = request.get("AlarmTypes") or ["MetricAlarm"]
    name = request.get("AlarmName")
    return _kind(alarm) in kinds and name in (None, "", alarm.name)


def _within(item: dict[str, Any], request: dict[str, Any]) -> bool:
    at = item["Timestamp"].timestamp()
    start, end = request.get("StartDate"), request.get("EndDate")
    return (
        request.get("HistoryItemType") in (None, "", item["HistoryItemType"])
        and (not start or at >= epoch(start))
        and (not end or at <= epoch(end))
    )


def _items(alarm: Any) -> Iterator[dict[str, Any]]:
    """moto keeps the state that was left, with the moment at which that one had begun."""
    now = (alarm.state_reason, alarm.state_reason_data, alarm.state_value)
    states = [
        *(tuple(kept[1:]) for kept in alarm.history),
        (*now, alarm.state_updated_timestamp),
    ]
    for former, (reason, data, value, at) in pairwise(states):
        yield {
            "AlarmName": alarm.name,
            "AlarmType": _kind(alarm),
            "Timestamp": _aware(at),
            "HistoryItemType": "StateUpdate",
            "HistorySummary": f"Alarm updated from {former[2]} to {value}",
            "HistoryData": json.dumps(
                {
                    "version": "1.0",
                    "oldState": {"stateValue": former[2], "stateReason": former[0]},
                    "newState": {
                        "stateValue": value,
                        "stateReason": reason,
                        "stateReasonData": json.loads(data or "{}"),
                    },
                }
            ),
        }


def _kind(alarm: Any) -> str:
    return "MetricAlarm" if alarm.rule is None else "CompositeAlarm"


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
