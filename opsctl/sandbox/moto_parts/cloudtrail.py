"""CloudTrail: every management call that changes something becomes an event; LookupEvents.

As on AWS, calls on data (objects, items, log events, metric data) are not in the event history.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.exceptions import JsonRESTError
from moto.core.responses import BaseResponse
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.s3.responses import S3Response

from opsctl.aws.reads import only_reads
from opsctl.sandbox.moto_parts.cloudwatch_metrics import epoch
from opsctl.sandbox.moto_parts.originals import original
from opsctl.sandbox.trail import Event, Trail, redacted, resources

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

DATA_CALLS = re.compile(
    r"dynamodb:(Put|Update|Delete|BatchWrite|TransactWrite)Items?|logs:PutLogEvents|"
    r"dynamodb:.*PartiQL|dynamodb:.*Statement|cloudwatch:PutMetricData|"
    r"s3:(?!.*Bucket).*|ecr:.*Layer.*"
)
SOURCES = {
    "cloudwatch": "monitoring",
    "elbv2": "elasticloadbalancing",
    "application-autoscaling": "autoscaling",
}
MOST_RESULTS = 50


def install(world: World) -> None:
    """Record calls, and answer LookupEvents."""
    act = original(BaseResponse, "call_action")
    on_bucket = original(S3Response, "bucket_response")
    trail = Trail(world)

    def call_action(received: Any) -> Any:
        answer = act(received)
        service = received.boto3_service_name
        _record(trail, received, service, received._get_action(), answer)
        return answer

    def bucket_response(received: Any, request: Any, full_url: str, headers: Any) -> Any:
        answer = on_bucket(received, request, full_url, headers)
        if request.method not in ("GET", "HEAD"):
            operation, _ = get_service_router("s3").match(request)
            _record(trail, received, "s3", str(operation.name), answer)
        return answer

    BaseResponse.call_action = call_action
    S3Response.bucket_response = bucket_response
    CloudTrailResponse.lookup_events = lambda received: _lookup(trail, received)


def _record(trail: Trail, received: Any, service: str, name: str, answer: Any) -> None:
    if only_reads(service, name) or DATA_CALLS.fullmatch(f"{service}:{name}"):
        return
    world = trail.world
    parameters = _parameters(received, service, name)
    status, headers, body = answer if len(answer) == 3 else (200, {}, "")
    key = received.get_access_key() if "Authorization" in received.headers else ""
    trail.events.add(
        Event(
            source=f"{SOURCES.get(service, service)}.amazonaws.com",
            name=name,
            at=world.clock(),
            identity=_identity(world, key),
            access_key=key,
            address="127.0.0.1",
            agent=str(received.headers.get("User-Agent", "")),
            region=received.region,
            parameters=parameters,
            resources=resources(parameters),
            error=_error(body) if int(status) >= 400 else "",
            request_id=next((it for name, it in headers.items() if _is_request_id(name)), ""),
        )
    )


def _parameters(received: Any, service: str, name: str) -> dict[str, Any]:
    if service == "s3":
        return {"bucketName": received.parse_bucket_name_from_url(received.request, received.uri)}
    parsed: Any = getattr(received, "params", None)
    given = parsed.original_dict() if hasattr(parsed, "original_dict") else None
    given = given or _json(received.body) or _form(received.querystring)
    model = get_service_model(service)
    known = name in model.operation_names
    shape = model.operation_model(name).input_shape if known else None
    hidden: dict[str, Any] = redacted(given, shape)
    return hidden


def _is_request_id(header: str) -> bool:
    return header.lower() in ("x-amzn-requestid", "x-amz-request-id")


def _json(body: Any) -> dict[str, Any]:
    if isinstance(body, dict):  # moto's DynamoDB has read it already
        return body
    try:
        found = json.loads(body)
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _form(fields: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value[0] for name, value in fields.items() if value}
    return {name: value for name, value in plain.items() if name not in ("Action", "Version")}


def _error(body: Any) -> str:
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
    found = re.search(r"<Code>([^<]+)</Code>", text)
    code = found[1] if found else str(_json(text).get("__type") or _json(text).get("code") or "")
    return code.rpartition("#")[2] or "Error"


def _identity(world: World, access_key: str) -> dict[str, Any]:
    principal, arn, _ = world.backend("sts").get_caller_identity(access_key, world.region)
    name = arn.rpartition("/")[2]
    if ":assumed-role/" in arn:
        return {"type": "AssumedRole", "principalId": principal, "arn": arn}
    return {"type": "IAMUser", "principalId": principal, "arn": arn, "userName": name}


def _lookup(trail: Trail, received: Any) -> str:
    wanted = received._get_param("LookupAttributes") or []
    most = int(received._get_param("MaxResults") or MOST_RESULTS)
    token = str(received._get_param("NextToken") or "")
    if len(wanted) > 1:
        raise _refused("LookupAttributes", "You can only specify one lookup attribute.")
    if not 1 <= most <= MOST_RESULTS:
        raise _refused("MaxResults", "MaxResults must be between 1 and 50.")
    start, end = (received._get_param(name) for name in ("StartTime", "EndTime"))
    if start and end and _epoch(start) > _epoch(end):
        raise _refused("TimeRange", "StartTime must not be after EndTime.")
    found = [
        it
        for it in trail.events.newest_first()
        if (not start or it.at.timestamp() >= _epoch(start))
        and (not end or it.at.timestamp() <= _epoch(end))
        and all(_has(it, each["AttributeKey"], each["AttributeValue"]) for each in wanted)
    ]
    return _page(trail.world, found, token, most)


def _page(world: World, found: list[Event], token: str, most: int) -> str:
    """A token is the id of the event that the next page begins with: new events do not shift it."""
    ids = [it.id for it in found]
    if token and token not in ids:
        raise _refused("NextToken", "The token is invalid or has expired.")
    first = ids.index(token) if token else 0
    following = {"NextToken": ids[first + most]} if first + most < len(ids) else {}
    shown = [_shown(world, it) for it in found[first : first + most]]
    return json.dumps({"Events": shown, **following})


def _refused(what: str, message: str) -> JsonRESTError:
    return JsonRESTError(f"Invalid{what}Exception", message)


def _epoch(moment: Any) -> float:
    return float(moment) if isinstance(moment, int | float) else epoch(moment)


def _has(event: Event, attribute: str, value: str) -> bool:
    """Whether an event has that value of an attribute."""
    return value in {
        "EventId": {event.id},
        "EventName": {event.name},
        "ReadOnly": {"false"},
        "Username": {event.user},
        "ResourceType": {kind for kind, _ in event.resources},
        "ResourceName": {name for _, name in event.resources},
        "EventSource": {event.source},
        "AccessKeyId": {event.access_key},
    }.get(attribute, set())


def _shown(world: World, event: Event) -> dict[str, Any]:
    return {
        "EventId": event.id,
        "EventName": event.name,
        "ReadOnly": "false",
        "AccessKeyId": event.access_key,
        "EventTime": event.at.timestamp(),
        "EventSource": event.source,
        "Username": event.user,
        "Resources": [
            {"ResourceType": kind, "ResourceName": name} for kind, name in event.resources
        ],
        "CloudTrailEvent": event.document(world.account),
    }
