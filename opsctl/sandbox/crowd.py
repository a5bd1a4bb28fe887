"""A crowd: more load than the tasks can carry, and no room above to scale out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsctl.sandbox import scaling
from opsctl.sandbox.metric_store import SeriesKey, dimensions, of_values
from opsctl.sandbox.metrics import ECS, store
from opsctl.sandbox.scaling import Activity

if TYPE_CHECKING:
    from opsctl.sandbox.service import Service
    from opsctl.sandbox.world import World

CPU = 97.0
BUSY_SECONDS = 20
WEIGHT = 100.0
CAUSE = "monitor alarm TargetTracking-AlarmHigh in state ALARM triggered the CPU policy"


@dataclass(frozen=True)
class _Before:
    """What was so before: the maximum, the number of tasks, and until when the CPU was its own."""

    maximum: int
    desired: int
    began: float


class Crowd:
    """Fills a service: one task more, and then the ceiling."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._before: _Before | None = None

    def come(self) -> None:
        """Every task is busy, and autoscaling meets its maximum. Does nothing the second time."""
        with self._world.lock:
            target, service = self._found()
            self._world.cpu_floor = CPU
            if self._before or target is None or service is None:
                return
            self._was_busy(service)
            began = self._world.clock().timestamp() - BUSY_SECONDS
            self._before = _Before(int(target.max_capacity), service.desired, began)
            count = min(service.desired + 1, int(target.max_capacity))
            target.max_capacity = count
            if count != service.desired:
                scaling.set_desired(self._world, service, target.resource_id, count, CAUSE)
            scaling.activities_of(self._world).appendleft(self._refusal(target, count))

    def go(self) -> None:
        """Back to the bounds and the count of before."""
        with self._world.lock:
            self._world.cpu_floor = 0.0
            target, service = self._found()
            before, self._before = self._before, None
            if before is None or target is None or service is None:
                return
            target.max_capacity = before.maximum
            # Autoscaling would go on to follow what was never there.
            store(self._world).drop(_cpu(service), before.began)
            if service.desired != before.desired:
                cause = "the crowd is gone"
                scaling.set_desired(self._world, service, target.resource_id, before.desired, cause)

    def _was_busy(self, service: Service) -> None:
        """The crowd did not come this very moment: what was measured before it hardly counts."""
        now = self._world.clock().timestamp()
        for ago in range(0, BUSY_SECONDS, 2):
            point = of_values(now - ago, [CPU], [WEIGHT], "Percent")
            store(self._world).put(_cpu(service), point)

    def _found(self) -> tuple[Any, Service | None]:
        """The scalable target and its service."""
        names = self._world.names
        backend = self._world.backend("application-autoscaling")
        resource = f"service/{names.cluster}/{names.service}"
        target = backend.targets.get(scaling.DIMENSION, {}).get(resource)
        return target, self._world.fleet.service(names.cluster, names.service)

    def _refusal(self, target: Any, count: int) -> Activity:
        return Activity(
            target.resource_id,
            "Attempting to scale due to alarm triggered",
            CAUSE,
            self._world.clock(),
            refusal="AlreadyAtMaxCapacity",
            current=count,
            low=int(target.min_capacity),
            high=count,
        )


def _cpu(service: Service) -> SeriesKey:
    of = dimensions([("ClusterName", service.cluster), ("ServiceName", service.name)])
    return ECS, "CPUUtilization", of
