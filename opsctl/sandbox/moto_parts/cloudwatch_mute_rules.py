"""CloudWatch alarm mute rules, which moto does not have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.exceptions import ResourceNotFoundException, ValidationError
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult

from opsctl.sandbox import alarm_pages
from opsctl.sandbox.moto_parts.cloudwatch_metrics import epoch
from opsctl.sandbox.moto_parts.originals import original
from opsctl.sandbox.mute_rules import BadRule, MuteRule, rules_of

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

MOST_RULES = 500
MOST_ALARMS = 100


def install(world: World) -> None:
    """Add Put, Get, List and DeleteAlarmMuteRule."""
    original(CloudWatchResponse, "cloudwatch_backend")

    def put(received: Any) -> EmptyResult:
        rule = _rule(world, received._get_params(), received.cloudwatch_backend)
        held = rules_of(received.cloudwatch_backend)
        if rule.name not in held and len(held) >= MOST_RULES:
            raise ServiceException("LimitExceeded", f"At most {MOST_RULES} mute rules.")
        held[rule.name] = rule
        alarm_pages.release(world)
        return EmptyResult()

    def get(received: Any) -> ActionResult:
        name = received._get_param("AlarmMuteRuleName")
        rule = rules_of(received.cloudwatch_backend).get(name)
        if rule is None:
            raise ResourceNotFoundException(f"Alarm mute rule {name} does not exist.")
        return ActionResult(_shown(rule, world.clock()))

    def delete(received: Any) -> EmptyResult:
        name = received._get_param("AlarmMuteRuleName")
        rules_of(received.cloudwatch_backend).pop(name, None)
        alarm_pages.release(world)
        return EmptyResult()

    def listed(received: Any) -> ActionResult:
        rules = rules_of(received.cloudwatch_backend)
        return ActionResult(_listed(list(rules.values()), received._get_params(), world.clock()))

    CloudWatchResponse.put_alarm_mute_rule = put
    CloudWatchResponse.get_alarm_mute_rule = get
    CloudWatchResponse.delete_alarm_mute_rule = delete
    CloudWatchResponse.list_alarm_mute_rules = listed


def _rule(world: World, request: dict[str, Any], backend: Any) -> MuteRule:
    schedule = request["Rule"]["Schedule"]
    alarms = tuple((request.get("MuteTargets") or {}).get("AlarmNames") or ())
    unknown = [name for name in alarms if name not in backend.alarms]
    if len(alarms) > MOST_ALARMS:
        raise ValidationError(f"MuteTargets may name at most {MOST_ALARMS} alarms.")
    if unknown:
        raise ValidationError(f"Alarms that do not exist: {', '.join(unknown)}")
    rule = MuteRule(
        name=request["Name"],
        arn=world.arn("cloudwatch", f"alarm-mute-rule:{request['Name']}"),
        expression=schedule["Expression"],
        duration=schedule["Duration"],
        timezone=schedule.get("Timezone") or "UTC",
        alarms=alarms,
        description=request.get("Description") or "",
        start=_moment(request.get("StartDate")),
        expire=_moment(request.get("ExpireDate")),
        updated=world.clock(),
        tags=request.get("Tags") or [],
    )
    try:
        rule.check()
    except BadRule as problem:
        raise ValidationError(str(problem)) from problem
    return rule


def _moment(value: Any) -> datetime | None:
    return datetime.fromtimestamp(epoch(value), UTC) if value else None


def _summary(rule: MuteRule, now: datetime) -> dict[str, Any]:
    return {
        "AlarmMuteRuleArn": rule.arn,
        "ExpireDate": rule.expire,
        "Status": rule.status(now),
        "MuteType": rule.kind,
        "LastUpdatedTimestamp": rule.updated,
    }


def _shown(rule: MuteRule, now: datetime) -> dict[str, Any]:
    schedule = {
        "Expression": rule.expression,
        "Duration": rule.duration,
        "Timezone": rule.timezone,
    }
    return {
        **_summary(rule, now),
        "Name": rule.name,
        "Description": rule.description,
        "Rule": {"Schedule": schedule},
        "MuteTargets": {"AlarmNames": list(rule.alarms)} if rule.alarms else None,
        "StartDate": rule.start,
    }


def _listed(rules: list[MuteRule], request: dict[str, Any], now: datetime) -> dict[str, Any]:
    alarm, statuses = request.get("AlarmName"), request.get("Statuses")
    found = [
        _summary(it, now)
        for it in sorted(rules, key=lambda it: it.name)
        if (not alarm or alarm in it.alarms) and (not statuses or it.status(now) in statuses)
    ]
    token = str(request.get("NextToken") or "0")
    if not token.isdigit():
        raise ServiceException("InvalidNextToken", "The next token is not valid.")
    end = int(token) + int(request.get("MaxRecords") or 100)
    return {
        "AlarmMuteRuleSummaries": found[int(token) : end],
        "NextToken": str(end) if end < len(found) else None,
    }
