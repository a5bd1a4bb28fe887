"""What watches the seeded service."""

from __future__ import annotations

from opsctl.sandbox.alarms import Alarms
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.metrics import Metrics
from opsctl.sandbox.seed import Accounts

ALARMS = ["cpu-high", "high-error-rate", "high-latency", "unhealthy-hosts"]


def test_the_four_alarms_are_there_and_watch_metrics_that_exist(emulator: Emulator) -> None:
    aws = Accounts(emulator.world, emulator.endpoint_url)
    group = next(iter(emulator.world.backend("elbv2").target_groups))
    for number in range(20):
        emulator.world.balancer_counters.answered(group, 500, 3 + number)
    Metrics(emulator.world).tick()
    Alarms(emulator.world).tick()
    found = aws.cloudwatch.describe_alarms(AlarmNamePrefix="image-caption-gen-")["MetricAlarms"]

    names = [f"image-caption-gen-{name}-local" for name in ALARMS]
    assert [it["AlarmName"] for it in found] == names
    states = dict(zip(ALARMS, (it["StateValue"] for it in found), strict=True))
    assert states["high-error-rate"] == states["high-latency"] == "ALARM"
    assert states["unhealthy-hosts"] == "OK"


def test_the_service_scales_between_two_and_six(emulator: Emulator) -> None:
    application = Accounts(emulator.world, emulator.endpoint_url).application_autoscaling
    (target,) = application.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    (policy,) = application.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]

    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 6)
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 70
