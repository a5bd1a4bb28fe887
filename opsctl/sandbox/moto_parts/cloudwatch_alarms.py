"""CloudWatch alarms: listings that honour every filter, states that last, composites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult

from opsctl.sandbox import alarm_rules
from opsctl.sandbox.alarms import HOLD_SECONDS
from opsctl.sandbox.moto_parts.originals import original

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

LISTED_AT_ONCE = 100
INITIALLY = "Unchecked: Initial alarm creation"


def install(world: World) -> None:
    """Replace listing and creation, add PutCompositeAlarm and hold states set by hand."""
    put = original(CloudWatchBackend, "put_metric_alarm")
    set_state = original(CloudWatchBackend, "set_alarm_state")
    put_response = original(CloudWatchResponse, "put_metric_alarm")
    original(CloudWatchResponse, "describe_alarms")

    def put_metric_alarm(backend: Any, name: str, *arguments: Any, **fields: Any) -> Any:
        former = backend.alarms.get(name)
        alarm = put(backend, name, *arguments, **fields)
        _keep_state(alarm, former)
        return alarm

    def set_alarm_state(backend: Any, alarm_name: str, *arguments: Any, **fields: Any) -> None:
        set_state(backend, alarm_name, *arguments, **fields)
        backend.alarms[alarm_name].held_until = world.clock().timestamp() + HOLD_SECONDS

    def put_composite_alarm(received: Any) -> EmptyResult:
        rule = received._get_param("AlarmRule") or ""
        _check_rule(rule, received.cloudwatch_backend.alarms)
        put_response(received)
        return EmptyResult()

    CloudWatchBackend.put_metric_alarm = put_metric_alarm
    CloudWatchBackend.set_alarm_state = set_alarm_state
    CloudWatchResponse.describe_alarms = _describe_alarms
    CloudWatchResponse.put_composite_alarm = put_composite_alarm


def _keep_state(alarm: Any, former: Any) -> None:
    """A changed alarm keeps its state; a new one has none until it was evaluated."""
    alarm.state_value, alarm.state_reason = "INSUFFICIENT_DATA", INITIALLY
    if former is not None:
        for name in ("state_value", "state_reason", "state_reason_data", "history"):
            setattr(alarm, name, getattr(former, name))
        alarm.state_updated_timestamp = former.state_updated_timestamp


def _check_rule(rule: str, alarms: dict[str, Any]) -> None:
    try:
        unknown = [name for name in alarm_rules.children(rule) if name not in alarms]
        alarm_rules.holds(rule, lambda _: "OK")
    except alarm_rules.BadRule as problem:
        raise ValidationError(f"AlarmRule is invalid: {problem}") from problem
    if unknown:
        raise ValidationError(f"AlarmRule names alarms that do not exist: {', '.join(unknown)}")


def _describe_alarms(received: Any) -> ActionResult:
    request = received._get_params()
    if request.get("AlarmNames") and request.get("AlarmNamePrefix"):
        raise ValidationError("AlarmNames and AlarmNamePrefix can not be used together.")
    token = str(request.get("NextToken") or "0")
    if not token.isdigit():
        raise ServiceException("InvalidNextToken", "The next token is not valid.")
    alarms = sorted(received.cloudwatch_backend.alarms.values(), key=lambda it: str(it.name))
    found = [it for it in alarms if _wanted(it, request)]
    start = int(token)
    end = start + int(request.get("MaxRecords") or LISTED_AT_ONCE)
    shown = found[start:end]
    return ActionResult(
        {
            "MetricAlarms": [it for it in shown if it.rule is None],
            "CompositeAlarms": [it for it in shown if it.rule is not None],
            "NextToken": str(end) if end < len(found) else None,
        }
    )


def _wanted(alarm: Any, request: dict[str, Any]) -> bool:
    kind = "MetricAlarm" if alarm.rule is None else "CompositeAlarm"
    actions = [*alarm.alarm_actions, *alarm.ok_actions, *alarm.insufficient_data_actions]
    prefix = request.get("ActionPrefix") or ""
    return (
        # Composites are listed only when they are asked for.
        kind in (request.get("AlarmTypes") or ["MetricAlarm"])
        and (not request.get("AlarmNames") or alarm.name in request["AlarmNames"])
        and alarm.name.startswith(request.get("AlarmNamePrefix") or "")
        and request.get("StateValue") in (None, "", alarm.state_value)
        and (not prefix or any(str(it).startswith(prefix) for it in actions))
    )
