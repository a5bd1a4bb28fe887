"""Application Auto Scaling of an ECS service: its bounds, its CPU policy, what it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from opsctl import errors
from opsctl.aws.gateway import Gateway
from opsctl.plan import Json, Progress

NAMESPACE = "ecs"
DIMENSION = "ecs:service:DesiredCount"
CPU = "ECSServiceAverageCPUUtilization"


@dataclass(frozen=True)
class Bounds:
    """Between how many tasks autoscaling moves the service."""

    minimum: int
    maximum: int
    suspended: tuple[str, ...] = ()
    """What is switched off: of DynamicScalingIn, DynamicScalingOut, Scheduled."""

    def holds(self, count: int) -> bool:
        """Whether a count lies within."""
        return self.minimum <= count <= self.maximum


@dataclass(frozen=True)
class Policy:
    """One scaling policy; `configuration` is the whole target-tracking configuration."""

    name: str
    kind: str
    configuration: Mapping[str, Json]

    @property
    def tracks_cpu(self) -> bool:
        """Whether it holds the service's average CPU at a target."""
        metric = self.configuration.get("PredefinedMetricSpecification")
        return isinstance(metric, dict) and metric.get("PredefinedMetricType") == CPU

    @property
    def target(self) -> float | None:
        """The target value, in percent for CPU."""
        value = self.configuration.get("TargetValue")
        return float(value) if isinstance(value, int | float) else None


@dataclass(frozen=True)
class Activity:
    """One thing autoscaling did, or decided not to do."""

    at: datetime
    status: str
    description: str
    cause: str = field(compare=False)
    refusals: tuple[str, ...] = field(default=(), compare=False)
    """Why nothing was scaled, in AWS's codes, as in AlreadyAtMaxCapacity."""


class Autoscaling(Gateway):
    """Reads and moves the scalable target of a service."""

    @property
    def _client(self) -> Any:
        return self.aws.client("application-autoscaling")

    def bounds(self, cluster: str, service: str) -> Bounds | None:
        """The bounds; None where the service is not under autoscaling."""
        answer = self._client.describe_scalable_targets(
            ServiceNamespace=NAMESPACE,
            ResourceIds=[_resource(cluster, service)],
            ScalableDimension=DIMENSION,
        )
        for it in answer["ScalableTargets"]:
            state = it.get("SuspendedState", {})
            off = tuple(sorted(k.removesuffix("Suspended") for k, v in state.items() if v))
            return Bounds(it["MinCapacity"], it["MaxCapacity"], off)
        return None

    def set_bounds(
        self,
        cluster: str,
        service: str,
        minimum: int,
        maximum: int,
        replacing: list[int],
    ) -> None:
        """Sets the bounds, keeping what is suspended. AWS at once moves the count into them.

        Raises FactsChanged when the bounds are neither `replacing` ([minimum, maximum]) nor the
        new ones.
        """
        now = self.bounds(cluster, service)
        if now is None:
            raise errors.NotFound(f"Service “{service}” is not under autoscaling any more.")
        if [now.minimum, now.maximum] not in (replacing, [minimum, maximum]):
            raise errors.FactsChanged(
                f"The bounds are {now.minimum}–{now.maximum}, not {replacing[0]}–{replacing[1]}: "
                "somebody changed them meanwhile.",
                hint="Run the same command again to see the new plan.",
            )
        self._client.register_scalable_target(
            ServiceNamespace=NAMESPACE,
            ResourceId=_resource(cluster, service),
            ScalableDimension=DIMENSION,
            MinCapacity=minimum,
            MaxCapacity=maximum,
        )

    def has_bounds(self, cluster: str, service: str, minimum: int, maximum: int) -> Progress:
        """Whether the bounds are these."""
        now = self.bounds(cluster, service)
        if now is None:
            return Progress(False, "no autoscaling")
        done = (now.minimum, now.maximum) == (minimum, maximum)
        return Progress(done, f"bounds are {now.minimum}–{now.maximum}")

    def policies(self, cluster: str, service: str) -> tuple[Policy, ...]:
        """Every policy of the service; AWS gives ten a page."""
        pages = self._client.get_paginator("describe_scaling_policies").paginate(
            ServiceNamespace=NAMESPACE,
            ResourceId=_resource(cluster, service),
            ScalableDimension=DIMENSION,
        )
        return tuple(
            Policy(
                it["PolicyName"],
                it["PolicyType"],
                it.get("TargetTrackingScalingPolicyConfiguration", {}),
            )
            for page in pages
            for it in page["ScalingPolicies"]
        )

    def set_target(
        self, cluster: str, service: str, policy: str, target: float, replacing: float
    ) -> None:
        """Changes the target value of a policy and sends everything else back as it is.

        PutScalingPolicy replaces the whole configuration, so cooldowns that are left out are
        lost. Raises FactsChanged when the target is neither `replacing` nor `target`.
        """
        now = next((it for it in self.policies(cluster, service) if it.name == policy), None)
        if now is None:
            raise errors.NotFound(f"There is no scaling policy “{policy}” any more.")
        if now.target not in (replacing, target):
            raise errors.FactsChanged(
                f"The target of “{policy}” is {now.target}, not {replacing}: somebody changed it.",
                hint="Run the same command again to see the new plan.",
            )
        self._client.put_scaling_policy(
            PolicyName=policy,
            ServiceNamespace=NAMESPACE,
            ResourceId=_resource(cluster, service),
            ScalableDimension=DIMENSION,
            PolicyType=now.kind,
            TargetTrackingScalingPolicyConfiguration={**now.configuration, "TargetValue": target},
        )

    def has_target(self, cluster: str, service: str, policy: str, target: float) -> Progress:
        """Whether a policy's target value is this."""
        now = next((it for it in self.policies(cluster, service) if it.name == policy), None)
        found = now.target if now else None
        return Progress(found == target, f"target of {policy} is {found}")

    def activities(
        self, cluster: str, service: str, limit: int = 5, *, refused: bool = False
    ) -> tuple[Activity, ...]:
        """The newest scaling activities, newest first; with `refused`, those that did nothing."""
        answer = self._client.describe_scaling_activities(
            ServiceNamespace=NAMESPACE,
            ResourceId=_resource(cluster, service),
            ScalableDimension=DIMENSION,
            MaxResults=limit,
            IncludeNotScaledActivities=refused,
        )
        return tuple(
            Activity(
                it["StartTime"],
                it["StatusCode"],
                it["Description"],
                it.get("Cause", ""),
                tuple(why["Code"] for why in it.get("NotScaledReasons", ())),
            )
            for it in answer["ScalingActivities"][:limit]
        )


def _resource(cluster: str, service: str) -> str:
    return f"service/{cluster}/{service}"
