"""Application Auto Scaling over the API."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed import Accounts

POLICY = "image-caption-gen-cpu-autoscaling-local"


@pytest.fixture
def application(emulator: Emulator) -> Any:
    made = Accounts(emulator.world, emulator.endpoint_url).application_autoscaling
    made.register_scalable_target(**place(emulator), MinCapacity=2, MaxCapacity=6)
    emulator.service.set_desired(2)
    return made


def place(emulator: Emulator) -> dict[str, Any]:
    names = emulator.world.names
    return {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{names.cluster}/{names.service}",
        "ScalableDimension": "ecs:service:DesiredCount",
    }


def test_a_raised_minimum_raises_the_count_and_says_why(
    emulator: Emulator, application: Any
) -> None:
    application.register_scalable_target(**place(emulator), MinCapacity=4)
    newest = application.describe_scaling_activities(ServiceNamespace="ecs")["ScalingActivities"][0]

    assert emulator.service.desired == 4
    assert newest["Description"] == "Setting desired count to 4."
    assert newest["Cause"] == "minimum capacity was set to 4"


def test_an_update_that_only_suspends_clamps_all_the_same(
    emulator: Emulator, application: Any
) -> None:
    emulator.service.set_desired(8)
    application.register_scalable_target(
        **place(emulator), SuspendedState={"DynamicScalingInSuspended": True}
    )
    (target,) = application.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]

    assert emulator.service.desired == 6
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 6)
    assert target["SuspendedState"] == {
        "DynamicScalingInSuspended": True,
        "DynamicScalingOutSuspended": False,
        "ScheduledScalingSuspended": False,
    }


@pytest.mark.parametrize("bounds", [{"MinCapacity": 7}, {"MaxCapacity": 1}, {"MinCapacity": -1}])
def test_bounds_that_cross_are_refused_and_change_nothing(
    emulator: Emulator, application: Any, bounds: dict[str, int]
) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        application.register_scalable_target(**place(emulator), **bounds)

    assert emulator.service.desired == 2


def test_a_policy_is_replaced_whole_and_keeps_its_arn(emulator: Emulator, application: Any) -> None:
    (before,) = application.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
    application.put_scaling_policy(
        **place(emulator),
        PolicyName=POLICY,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 50.0,
            "PredefinedMetricSpecification": metric,
        },
    )
    (after,) = application.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]

    assert after["PolicyARN"] == before["PolicyARN"]
    assert after["TargetTrackingScalingPolicyConfiguration"] == {
        "TargetValue": 50.0,
        "PredefinedMetricSpecification": metric,
    }
    alarms = emulator.world.backend("cloudwatch").alarms
    own = [it for name, it in alarms.items() if name.startswith("TargetTracking-")]
    assert sorted(it.threshold for it in own) == [45.0, 50.0]


def test_policies_are_found_by_name(application: Any) -> None:
    found = application.describe_scaling_policies(ServiceNamespace="ecs", PolicyNames=["other"])

    assert found["ScalingPolicies"] == []


def test_a_policy_without_a_target_is_refused(emulator: Emulator, application: Any) -> None:
    with pytest.raises(ClientError, match="ObjectNotFoundException"):
        application.put_scaling_policy(
            **{**place(emulator), "ResourceId": "service/none/none"},
            PolicyName=POLICY,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={"TargetValue": 50.0},
        )
