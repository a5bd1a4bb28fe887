"""What the load balancer counted and the tasks used becomes metrics."""

from __future__ import annotations

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.metric_store import dimensions, statistic
from opsctl.sandbox.metrics import KEPT_TIMES, Metrics, store, suffix, thinned
from opsctl.sandbox.usage import Sampler
from opsctl.sandbox.world import RunningTask


class Fixed(Sampler):
    """Every task uses half of its processor and a tenth of its memory."""

    def sample(self, tasks: list[RunningTask]) -> dict[str, tuple[float, float]]:
        return {task.task_arn: (50.0, 10.0) for task in tasks}


def arns(emulator: Emulator) -> tuple[str, str]:
    backend = emulator.world.backend("elbv2")
    return next(iter(backend.load_balancers)), next(iter(backend.target_groups))


def value(emulator: Emulator, name: str, wanted: str, **of: str) -> float | None:
    namespace = "AWS/ECS" if "ServiceName" in of else "AWS/ApplicationELB"
    now = emulator.world.clock().timestamp()
    key = (namespace, name, dimensions(of.items()))
    return statistic(store(emulator.world).between(key, now - 1, now + 1), wanted)


def test_requests_become_counts_and_response_times(emulator: Emulator) -> None:
    balancer, group = arns(emulator)
    counters = emulator.world.balancer_counters
    for number in range(100):
        counters.answered(group, 500 if number < 3 else 200, number / 100)
    counters.failed(group)
    Metrics(emulator.world, Fixed()).tick()
    own = {"LoadBalancer": suffix(balancer)}

    assert value(emulator, "RequestCount", "Sum", **own) == 101
    assert value(emulator, "HTTPCode_Target_5XX_Count", "Sum", **own) == 3
    assert value(emulator, "HTTPCode_ELB_5XX_Count", "Sum", **own) == 1
    assert value(emulator, "TargetResponseTime", "p99", **own) == 0.98
    both = {**own, "TargetGroup": suffix(group)}
    assert value(emulator, "HTTPCode_Target_2XX_Count", "Sum", **both) == 97


def test_no_requests_are_no_metric_rather_than_zero(emulator: Emulator) -> None:
    emulator.advance(10)
    balancer, _ = arns(emulator)
    Metrics(emulator.world, Fixed()).tick()

    assert value(emulator, "RequestCount", "Sum", LoadBalancer=suffix(balancer)) is None


def test_hosts_are_counted_by_health(emulator: Emulator) -> None:
    emulator.advance(10)
    balancer, group = arns(emulator)
    Metrics(emulator.world, Fixed()).tick()
    pair = {"LoadBalancer": suffix(balancer), "TargetGroup": suffix(group)}

    assert value(emulator, "HealthyHostCount", "Maximum", **pair) == 2
    assert value(emulator, "UnHealthyHostCount", "Maximum", **pair) == 0


def test_tasks_become_the_use_of_their_service(emulator: Emulator) -> None:
    emulator.advance(10)
    Metrics(emulator.world, Fixed()).tick()
    names = emulator.world.names
    of = {"ClusterName": names.cluster, "ServiceName": names.service}

    assert value(emulator, "CPUUtilization", "Average", **of) == 50
    assert value(emulator, "MemoryUtilization", "Average", **of) == 10
    assert value(emulator, "RunningTaskCount", "Maximum", **of) == 2


def test_metrics_are_written_every_two_seconds_however_often_one_looks(emulator: Emulator) -> None:
    _, group = arns(emulator)
    metrics = Metrics(emulator.world, Fixed())
    metrics.tick()
    emulator.world.balancer_counters.answered(group, 200, 0.1)
    metrics.tick()

    assert group in emulator.world.balancer_counters.drain()


def test_thinned_response_times_keep_their_extremes() -> None:
    times = [float(number) for number in range(5000)]
    kept = thinned(times)

    assert (len(kept), kept[0], kept[-1]) == (KEPT_TIMES, 0.0, 4999.0)
