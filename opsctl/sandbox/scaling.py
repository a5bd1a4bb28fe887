"""Application Auto Scaling in the sandbox: bounds that hold, and tasks that follow the load.

Scaling out is ten times as quick as on AWS. Scaling in is not: a count set by hand would not last.
"""

from __future__ import annotations

import math
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from opsctl.sandbox.metric_store import dimensions, statistic
from opsctl.sandbox.metrics import store

if TYPE_CHECKING:
    from opsctl.sandbox.service import Service
    from opsctl.sandbox.world import World

INTERVAL = 2.0
HIGH_SECONDS = 20.0
LOW_SECONDS = 300.0
QUICKER = 10
DIMENSION = "ecs:service:DesiredCount"
ACTIVITIES_KEPT = 500

METRICS = {
    "ECSServiceAverageCPUUtilization": "CPUUtilization",
    "ECSServiceAverageMemoryUtilization": "MemoryUtilization",
}


@dataclass(frozen=True)
class Activity:
    """One scaling activity. `refusal` says why nothing was scaled: its code, or empty."""

    resource: str
    description: str
    cause: str
    at: datetime
    refusal: str = ""
    current: int = 0
    low: int = 0
    high: int = 0
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


def activities_of(world: World) -> deque[Activity]:
    """Every activity, newest first."""
    backend = world.backend("application-autoscaling")
    held: deque[Activity] = backend.__dict__.setdefault(
        "sandbox_activities", deque(maxlen=ACTIVITIES_KEPT)
    )
    return held


def service_of(world: World, resource: str) -> Service | None:
    """The ECS service behind `service/CLUSTER/NAME`; None for what is no service, as a table."""
    kind, _, place = resource.partition("/")
    cluster, _, name = place.partition("/")
    return world.fleet.service(cluster, name) if kind == "service" else None


def clamp(world: World, target: Any) -> None:
    """Bring the current count within the bounds, as any update of a scalable target does."""
    service = service_of(world, target.resource_id)
    if service is None or target.scalable_dimension != DIMENSION:
        return
    low, high = int(target.min_capacity), int(target.max_capacity)
    wanted = min(max(service.desired, low), high)
    if wanted != service.desired:
        bound = f"minimum capacity was set to {low}"
        if wanted < service.desired:
            bound = f"maximum capacity was set to {high}"
        set_desired(world, service, target.resource_id, wanted, bound)


def set_desired(world: World, service: Service, resource: str, count: int, cause: str) -> None:
    """Change the count and record the activity."""
    service.set_desired(count)
    activity = Activity(resource, f"Setting desired count to {count}.", cause, world.clock())
    activities_of(world).appendleft(activity)


class Scaling:
    """Target tracking: the count that would bring the metric to its target, within the bounds."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._last = float("-inf")
        self._since: dict[str, tuple[int, float]] = {}

    def tick(self) -> None:
        """Look at every policy, at most once an INTERVAL."""
        now = self.world.clock().timestamp()
        if now - self._last >= INTERVAL:
            self._last = now
            with self.world.lock:
                self._look(now)

    def _look(self, now: float) -> None:
        backend = self.world.backend("application-autoscaling")
        for policy in list(backend.policies.values()):
            target = backend.targets.get(policy.scalable_dimension, {}).get(policy.resource_id)
            config = policy.target_tracking_scaling_policy_configuration
            service = service_of(self.world, policy.resource_id) if target else None
            if target and config and service and service.status == "ACTIVE":
                self._follow(policy, config, target, service, now)

    def _follow(
        self, policy: Any, config: dict[str, Any], target: Any, service: Service, now: float
    ) -> None:
        kind = config.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType", "")
        count, since = self._since.get(policy.resource_id, (-1, now))
        if count != service.desired:
            since = now
            self._since[policy.resource_id] = (service.desired, now)
        if kind not in METRICS or service.desired == 0:
            return
        goal, quiet = float(config["TargetValue"]), now - since
        value = self._average(service, METRICS[kind], now - HIGH_SECONDS, now)
        if value is not None and value > goal:
            if quiet >= float(config.get("ScaleOutCooldown", 300)) / QUICKER:
                self._out(policy, target, service, value / goal)
        elif quiet >= max(LOW_SECONDS, float(config.get("ScaleInCooldown", 300))):
            value = self._average(service, METRICS[kind], now - LOW_SECONDS, now)
            if value is not None and value < goal * 0.9 and not config.get("DisableScaleIn"):
                self._in(policy, target, service, value / goal)

    def _average(self, service: Service, metric: str, start: float, end: float) -> float | None:
        of = dimensions([("ClusterName", service.cluster), ("ServiceName", service.name)])
        return statistic(store(self.world).between(("AWS/ECS", metric, of), start, end), "Average")

    def _out(self, policy: Any, target: Any, service: Service, ratio: float) -> None:
        high = int(target.max_capacity)
        wanted = min(math.ceil(service.desired * ratio), high)
        if (target.suspended_state or {}).get("DynamicScalingOutSuspended"):
            return
        cause = _cause(policy, "AlarmHigh")
        if wanted > service.desired:
            set_desired(self.world, service, policy.resource_id, wanted, cause)
        else:
            self._refuse(policy, target, service, cause)

    def _in(self, policy: Any, target: Any, service: Service, ratio: float) -> None:
        low = int(target.min_capacity)
        wanted = max(math.ceil(service.desired * ratio), low)
        suspended = (target.suspended_state or {}).get("DynamicScalingInSuspended")
        # AWS scales out during a deployment, but never in.
        if wanted < service.desired and not suspended and not service.deployment.in_flight:
            cause = _cause(policy, "AlarmLow")
            set_desired(self.world, service, policy.resource_id, wanted, cause)

    def _refuse(self, policy: Any, target: Any, service: Service, cause: str) -> None:
        """Record once, not at every look, that there is no room above."""
        held = activities_of(self.world)
        own = next((it for it in held if it.resource == policy.resource_id), None)
        if own and own.refusal and own.current == service.desired:
            return
        held.appendleft(
            Activity(
                policy.resource_id,
                "Attempting to scale due to alarm triggered",
                cause,
                self.world.clock(),
                refusal="AlreadyAtMaxCapacity",
                current=service.desired,
                low=int(target.min_capacity),
                high=int(target.max_capacity),
            )
        )


def _cause(policy: Any, which: str) -> str:
    name = next((it.name for it in policy.alarms if which in it.name), which)
    return f"monitor alarm {name} in state ALARM triggered policy {policy.policy_name}"
