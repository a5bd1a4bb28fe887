"""By hand: count, bounds, CPU target and size are set as through opsctl, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from at_aws import AtAws
from by_hand import Hand, changed, compare, deployed, paused_deployments
from running import RunningSandbox

pytestmark = pytest.mark.journey

WAS = 70.0
"""The CPU target of the seed."""


def put_back(sandbox: RunningSandbox, aws: AtAws) -> None:
    """Two tasks of the first release, bounds of 2 and 6, the target of the seed."""
    scaling = sandbox.client("application-autoscaling")
    of = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/{cluster}/{service}".format(**aws.place),
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    scaling.register_scalable_target(**of, MinCapacity=2, MaxCapacity=6)
    (policy,) = scaling.describe_scaling_policies(
        ServiceNamespace="ecs", ResourceId=of["ResourceId"]
    )["ScalingPolicies"]
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    if tracking["TargetValue"] != WAS:
        scaling.put_scaling_policy(
            **of,
            PolicyName=policy["PolicyName"],
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={**tracking, "TargetValue": WAS},
        )
    family = aws.names["family"]
    aws.ecs.update_service(**aws.place, desiredCount=2, taskDefinition=f"{family}:3")


@pytest.fixture
def put(steady: RunningSandbox, aws: AtAws) -> Iterator[partial[None]]:
    """What puts it back; so it is left, too."""
    back = partial(put_back, steady, aws)
    back()
    yield back
    back()


def test_the_count(hand: Hand, aws: AtAws, put: partial[None]) -> None:
    title = "Scale the service"
    typed = partial(hand.do, title)
    compare(
        aws.scaling,
        changed(hand.sandbox, "scale", "count", "3"),
        put,
        partial(typed, fill={"COUNT": "3"}),
        partial(typed, fill={"COUNT": "4"}),
    )
    refused = hand.do(title, fill={"COUNT": "9"}, code=1)
    assert "the bounds are 2 and 6" in refused.out
    assert aws.scaling()["count"] == 2


def test_the_bounds(hand: Hand, aws: AtAws, put: partial[None]) -> None:
    title = "Change the autoscaling bounds"
    compare(
        aws.scaling,
        changed(hand.sandbox, "scale", "bounds", "--min", "3", "--max", "5"),
        put,
        partial(hand.do, title, fill={"MIN": "3", "MAX": "5"}),
        partial(hand.do, title, fill={"MIN": "3", "MAX": "4"}),
        partial(hand.do, title, fill={"MIN": "3"}, instead={" --max-capacity $MAX": ""}),
    )


def test_the_cpu_target(hand: Hand, aws: AtAws, put: partial[None]) -> None:
    title, fill = "Change the CPU target", {"TARGET": "55"}
    lost = {"| .TargetValue = $target": "| {TargetValue: $target, PredefinedMetricSpecification}"}
    compare(
        aws.scaling,
        changed(hand.sandbox, "scale", "cpu-target", "55"),
        put,
        partial(hand.do, title, fill=fill),
        partial(hand.do, title, fill=fill, instead=lost),
        partial(
            hand.do, title, fill=fill, instead={"ECSServiceAverageCPU": "ECSServiceAverageMem"}
        ),
    )


def test_the_size_of_the_tasks(hand: Hand, aws: AtAws, put: partial[None]) -> None:
    title, fill = "Change the size of the tasks", {"CPU": "512", "MEMORY": "1024"}
    whole = "if .memory and "
    with paused_deployments(hand.sandbox):
        compare(
            aws.release,
            deployed(hand.sandbox, "scale", "task-size", "--cpu", "512", "--memory", "1GB"),
            put,
            partial(hand.do, title, fill=fill),
            partial(hand.do, title, fill=fill, instead={whole: "if false and "}),
        )
