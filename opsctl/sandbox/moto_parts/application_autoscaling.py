"""Application Auto Scaling: bounds that clamp, policies replaced whole, activities with causes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.applicationautoscaling.responses import (
    ApplicationAutoScalingResponse,
    _build_policy,
    _build_target,
)
from moto.core.exceptions import JsonRESTError

from opsctl.sandbox import scaling
from opsctl.sandbox.moto_parts.originals import original

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

NOT_SUSPENDED = {
    "DynamicScalingInSuspended": False,
    "DynamicScalingOutSuspended": False,
    "ScheduledScalingSuspended": False,
}
TARGETS_AT_ONCE, POLICIES_AT_ONCE, ACTIVITIES_AT_ONCE = 50, 10, 50


def install(world: World) -> None:
    """Replace registration, policies and their listings; add DescribeScalingActivities."""
    register = original(ApplicationAutoscalingBackend, "register_scalable_target")
    put = original(ApplicationAutoscalingBackend, "put_scaling_policy")

    def register_scalable_target(backend: Any, *place: str, **fields: Any) -> Any:
        _check_bounds(backend, place, fields)
        given = fields.get("suspended_state")
        known = backend.targets.get(place[2], {}).get(place[1])
        before = known.suspended_state if known else NOT_SUSPENDED
        fields["suspended_state"] = {**before, **(given or {})}
        target = register(backend, *place, **fields)
        scaling.clamp(world, target)
        return target

    def put_scaling_policy(backend: Any, **fields: Any) -> Any:
        dimension, resource = fields["scalable_dimension"], fields["resource_id"]
        if resource not in backend.targets.get(dimension, {}):
            raise JsonRESTError(
                "ObjectNotFoundException",
                f"No scalable target registered for service namespace: "
                f"{fields['service_namespace']}, resource ID: {resource}, "
                f"scalable dimension: {dimension}",
            )
        return _replaced(backend, put, fields)

    def describe_scaling_activities(received: Any) -> str:
        shown = [_activity(it) for it in scaling.activities_of(world) if _asked(received, it)]
        return _page(received, "ScalingActivities", shown, ACTIVITIES_AT_ONCE)

    ApplicationAutoscalingBackend.register_scalable_target = register_scalable_target
    ApplicationAutoscalingBackend.put_scaling_policy = put_scaling_policy
    response = ApplicationAutoScalingResponse
    response.describe_scaling_activities = describe_scaling_activities
    response.describe_scaling_policies = _describe_policies
    response.describe_scalable_targets = _describe_targets


def _check_bounds(backend: Any, place: tuple[str, ...], fields: dict[str, Any]) -> None:
    """`place` is namespace, resource id and dimension; bounds left out are those it has."""
    known = backend.targets.get(place[2], {}).get(place[1])
    low, high = (
        fields.get(name) if fields.get(name) is not None else getattr(known, name, None)
        for name in ("min_capacity", "max_capacity")
    )
    if low is None or high is None:
        raise AWSValidationException("MinCapacity and MaxCapacity must be given at first.")
    if low < 0 or high < 0:
        raise AWSValidationException("Capacity can not be negative.")
    if low > high:
        raise AWSValidationException("Maximum capacity cannot be less than minimum capacity")


def _replaced(backend: Any, put: Any, fields: dict[str, Any]) -> Any:
    """The new policy in the place of the old: the same ARN, its own alarms and no others."""
    former = next(
        (
            it
            for it in backend.policies.values()
            if it.policy_name == fields["policy_name"] and it.resource_id == fields["resource_id"]
        ),
        None,
    )
    policy = put(backend, **fields)
    if former is not None:
        former.delete_alarms(backend.account_id, backend.region_name)
        policy.policy_arn, policy.creation_time = former.policy_arn, former.creation_time
    config = policy.target_tracking_scaling_policy_configuration or {}
    for alarm in policy.alarms:
        # moto gives every such alarm the threshold 6.
        share = 1.0 if "AlarmHigh" in alarm.name else 0.9
        alarm.threshold = float(config.get("TargetValue", alarm.threshold)) * share
    return policy


def _asked(received: Any, activity: scaling.Activity) -> bool:
    resource = received._get_param("ResourceId")
    return (
        received._get_param("ServiceNamespace") == "ecs"
        and resource in (None, activity.resource)
        and (not activity.refusal or received._get_param("IncludeNotScaledActivities") is True)
    )


def _activity(it: scaling.Activity) -> dict[str, Any]:
    at = it.at.timestamp()
    shown: dict[str, Any] = {
        "ActivityId": it.id,
        "ServiceNamespace": "ecs",
        "ResourceId": it.resource,
        "ScalableDimension": scaling.DIMENSION,
        "Description": it.description,
        "Cause": it.cause,
        "StartTime": at,
        "EndTime": at,
        "StatusCode": "Successful",
        "StatusMessage": f"{it.description} Change successfully fulfilled by ecs.",
    }
    if it.refusal:
        reason = {"Code": it.refusal, "CurrentCapacity": it.current}
        bounds = {"MaxCapacity": it.high, "MinCapacity": it.low}
        shown |= {"StatusCode": "Failed", "NotScaledReasons": [{**reason, **bounds}]}
        shown["StatusMessage"] = "The scaling action was not performed."
    return shown


def _describe_policies(received: Any) -> str:
    names, resource = received._get_param("PolicyNames"), received._get_param("ResourceId")
    found = [
        _build_policy(it)
        for it in received.applicationautoscaling_backend.policies.values()
        if it.service_namespace == received._get_param("ServiceNamespace")
        and resource in (None, it.resource_id)
        and received._get_param("ScalableDimension") in (None, it.scalable_dimension)
        and (not names or it.policy_name in names)
    ]
    return _page(received, "ScalingPolicies", found, POLICIES_AT_ONCE)


def _describe_targets(received: Any) -> str:
    received._validate_params()
    found = received.applicationautoscaling_backend.describe_scalable_targets(
        received._get_param("ServiceNamespace"),
        received._get_param("ResourceIds"),
        received._get_param("ScalableDimension"),
    )
    return _page(received, "ScalableTargets", [_build_target(it) for it in found], TARGETS_AT_ONCE)


def _page(received: Any, key: str, items: list[dict[str, Any]], most: int) -> str:
    token = str(received._get_param("NextToken") or "0")
    if not token.isdigit():
        raise JsonRESTError("InvalidNextTokenException", "The next token is not valid.")
    end = int(token) + min(int(received._get_param("MaxResults") or most), most)
    following = {"NextToken": str(end)} if end < len(items) else {}
    return json.dumps({key: items[int(token) : end], **following})
