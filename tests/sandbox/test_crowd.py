"""A crowd fills the service up to its ceiling, and leaves it as it was."""

from __future__ import annotations

from opsctl.aws import Aws
from opsctl.sandbox.crowd import CPU, Crowd
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.metric_store import dimensions, statistic
from opsctl.sandbox.metrics import Metrics, store
from opsctl.sandbox.usage import Sampler
from opsctl.sandbox.world import RunningTask


class Idle(Sampler):
    """Tasks that do next to nothing."""

    def sample(self, tasks: list[RunningTask]) -> dict[str, tuple[float, float]]:
        return {task.task_arn: (1.0, 10.0) for task in tasks}


def test_the_service_meets_its_maximum_with_busy_tasks_and_goes_back(
    emulator: Emulator, local: Aws
) -> None:
    place = (local.target.cluster, local.target.service)
    crowd = Crowd(emulator.world)
    crowd.come()
    crowd.come()
    bounds = local.autoscaling.bounds(*place)
    assert bounds
    assert (bounds.maximum, local.ecs.service(*place).desired) == (3, 3)
    newest = local.autoscaling.activities(*place, refused=True)[0]
    assert newest.refusals == ("AlreadyAtMaxCapacity",)
    assert cpu(emulator) == CPU

    crowd.go()
    assert cpu(emulator) == 1.0
    bounds = local.autoscaling.bounds(*place)
    assert bounds
    assert (bounds.minimum, bounds.maximum) == (2, 6)
    assert local.ecs.service(*place).desired == 2
    crowd.go()
    assert local.ecs.service(*place).desired == 2


def cpu(emulator: Emulator) -> float | None:
    Metrics(emulator.world, Idle()).write()
    names, now = emulator.world.names, emulator.world.clock().timestamp()
    of = dimensions([("ClusterName", names.cluster), ("ServiceName", names.service)])
    found = store(emulator.world).between(("AWS/ECS", "CPUUtilization", of), now - 5, now + 1)
    return statistic(found, "Maximum")
