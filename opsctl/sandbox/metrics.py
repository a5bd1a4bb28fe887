"""The metrics of the sandbox: what its load balancer counted and its tasks used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from opsctl.sandbox.metric_store import Dimensions, MetricStore, dimensions, of_values
from opsctl.sandbox.moto_parts.cloudwatch_metrics import store_of
from opsctl.sandbox.service_counters import READS, ServiceTally
from opsctl.sandbox.usage import Sampler

if TYPE_CHECKING:
    from opsctl.sandbox.service import Service
    from opsctl.sandbox.world import RunningTask, Tally, World

INTERVAL = 2.0
KEPT_TIMES = 300
"""Response times of one interval that are kept; beyond it every n-th of the sorted ones."""

DYNAMODB, COGNITO = "AWS/DynamoDB", "AWS/Cognito"
BALANCER, ECS, INSIGHTS = "AWS/ApplicationELB", "AWS/ECS", "ECS/ContainerInsights"


class Metrics:
    """Writes the metrics of load balancer, tasks, tables and user pools as AWS does.

    As on AWS a load balancer without requests writes no counts: “no errors” may be “no traffic”.
    """

    def __init__(self, world: World, sampler: Sampler | None = None) -> None:
        self.world = world
        self.sampler = sampler or Sampler()
        self._last = float("-inf")

    def tick(self) -> None:
        """Write the metrics of the interval that has passed; does nothing before it has."""
        now = self.world.clock().timestamp()
        if now - self._last >= INTERVAL:
            self._last = now
            self.write()

    def write(self) -> None:
        """Write now."""
        with self.world.lock:
            drained = self.world.balancer_counters.drain()
            tasks, services = self.world.tasks(), self.world.services()
            hosts = self._hosts()
        for group, tally in drained.items():
            self._requests(group, tally)
        for group, (healthy, unhealthy) in hosts.items():
            for of in self._balancers(group):
                pair = dimensions([("TargetGroup", suffix(group)), ("LoadBalancer", of)])
                self._put(BALANCER, "HealthyHostCount", pair, [healthy])
                self._put(BALANCER, "UnHealthyHostCount", pair, [unhealthy])
        self._usage(tasks, services)
        counted = self.world.service_counters.drain()
        self._items(counted)
        self._sign_ins(counted)

    def _hosts(self) -> dict[str, tuple[int, int]]:
        """(healthy, unhealthy) by target group ARN; every group counts, also an empty one."""
        states: dict[str, list[str]] = {it: [] for it in self.world.backend("elbv2").target_groups}
        for target in self.world.fleet.targets:
            states.setdefault(target.group, []).append(target.state)
        return {it: (of.count("healthy"), of.count("unhealthy")) for it, of in states.items()}

    def _balancers(self, group: str) -> list[str]:
        found = self.world.backend("elbv2").target_groups.get(group)
        return [suffix(arn) for arn in found.load_balancer_arns] if found else []

    def _requests(self, group: str, tally: Tally) -> None:
        for balancer in self._balancers(group):
            own = dimensions([("LoadBalancer", balancer)])
            pair = dimensions([("LoadBalancer", balancer), ("TargetGroup", suffix(group))])
            for of in (own, pair):
                self._put(BALANCER, "RequestCount", of, [tally.requests], "Count")
                for kind, count in tally.by_target.items():
                    if count:
                        name = f"HTTPCode_Target_{kind.upper()}_Count"
                        self._put(BALANCER, name, of, [count], "Count")
                times = thinned(tally.response_times)
                self._put(BALANCER, "TargetResponseTime", of, times, "Seconds")
            if tally.balancer_5xx:
                self._put(BALANCER, "HTTPCode_ELB_5XX_Count", own, [tally.balancer_5xx], "Count")

    def _usage(self, tasks: list[RunningTask], services: list[Service]) -> None:
        used = self.sampler.sample(tasks)
        by_service: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for task in tasks:
            if task.task_arn in used:
                cpu, memory = used[task.task_arn]
                by_service[task.service].append((max(cpu, self.world.cpu_floor), memory))
        for service in services:
            of = dimensions([("ClusterName", service.cluster), ("ServiceName", service.name)])
            samples = by_service.get(service.name, [])
            self._put(ECS, "CPUUtilization", of, [cpu for cpu, _ in samples], "Percent")
            self._put(ECS, "MemoryUtilization", of, [memory for _, memory in samples], "Percent")
            running = sum(task.service == service.name for task in tasks)
            for namespace in (ECS, INSIGHTS):
                self._put(namespace, "RunningTaskCount", of, [running], "Count")

    def _items(self, counted: ServiceTally) -> None:
        """Requests of DynamoDB. What is throttled here is so by its key range: a hot partition."""
        for (table, index, operation), count in counted.served.items():
            of = _table(table, index)
            name = "ConsumedReadCapacityUnits" if operation in READS else ""
            self._put(DYNAMODB, name or "ConsumedWriteCapacityUnits", of, [count])
        for (table, index, operation), count in counted.throttled.items():
            kind = "Read" if operation in READS else "Write"
            for cause in ("", "KeyRangeThroughput"):
                self._put(DYNAMODB, f"{kind}{cause}ThrottleEvents", _table(table, index), [count])
            asked = dimensions([("TableName", table), ("Operation", operation)])
            self._put(DYNAMODB, "ThrottledRequests", asked, [count])

    def _sign_ins(self, counted: ServiceTally) -> None:
        for client, values in counted.sign_ins.items():
            pair = [("UserPool", self.world.names.user_pool), ("UserPoolClient", client)]
            self._put(COGNITO, "SignInSuccesses", dimensions(pair), values)

    def _put(
        self,
        namespace: str,
        name: str,
        of: Dimensions,
        values: Iterable[float],
        unit: str = "Count",
    ) -> None:
        found = [float(value) for value in values]
        if found:
            point = of_values(self.world.clock().timestamp(), found, unit=unit)
            store(self.world).put((namespace, name, of), point)


def _table(table: str, index: str) -> Dimensions:
    """A table's own requests do not count for its indexes, nor the other way round."""
    pairs = [("TableName", table)] + ([("GlobalSecondaryIndexName", index)] if index else [])
    return dimensions(pairs)


def store(world: World) -> MetricStore:
    """The metrics of the sandbox's account."""
    return store_of(world.backend("cloudwatch"))


def suffix(arn: str) -> str:
    """`app/NAME/ID` or `targetgroup/NAME/ID`: what CloudWatch has as a dimension for an ARN."""
    return arn.split(":", 5)[5].removeprefix("loadbalancer/")


def thinned(times: list[float]) -> list[float]:
    """At most KEPT_TIMES of them, evenly from the sorted ones, so that percentiles stay true."""
    if len(times) <= KEPT_TIMES:
        return list(times)
    ordered = sorted(times)
    last = len(ordered) - 1
    return [ordered[index * last // (KEPT_TIMES - 1)] for index in range(KEPT_TIMES)]
