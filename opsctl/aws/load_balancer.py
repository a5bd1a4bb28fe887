"""Load balancing (ELBv2): target groups and the health of their targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from opsctl.aws.gateway import Gateway
from opsctl.plan import Progress


@dataclass(frozen=True)
class TargetHealth:
    """One target. `state` is initial, healthy, unhealthy, unused, draining or unavailable."""

    target: str
    """`address:port`."""
    state: str
    reason: str
    description: str


@dataclass(frozen=True)
class TargetGroup:
    """Where a service's tasks register; `dimension` is what CloudWatch calls it."""

    arn: str
    name: str
    port: int
    protocol: str
    health_path: str
    balancers: tuple[str, ...]

    @property
    def dimension(self) -> str:
        """`targetgroup/name/id`."""
        return self.arn.rpartition(":")[2]

    @property
    def balancer_dimensions(self) -> tuple[str, ...]:
        """`app/name/id` of each balancer in front: the whole ARN would be another, empty metric."""
        return tuple(it.partition(":loadbalancer/")[2] for it in self.balancers)


class LoadBalancer(Gateway):
    """Reads target groups; DescribeTargetHealth answers everything at once, without pages."""

    @property
    def _client(self) -> Any:
        return self.aws.client("elbv2")

    def target_health(self, target_group: str) -> tuple[TargetHealth, ...]:
        """The targets of a group (ARN). Empty means that nothing at all is registered."""
        answer = self._client.describe_target_health(TargetGroupArn=target_group)
        return tuple(_health(it) for it in answer["TargetHealthDescriptions"])

    def all_healthy(self, target_group: str, at_least: int) -> Progress:
        """Whether so many targets are registered, and every one that is not draining is healthy."""
        targets = [it for it in self.target_health(target_group) if it.state != "draining"]
        healthy = sum(it.state == "healthy" for it in targets)
        done = healthy == len(targets) and healthy >= at_least
        return Progress(done, f"{healthy} of {len(targets)} targets healthy")

    def target_group(self, arn: str) -> TargetGroup:
        """The group. Raises NotFound."""
        it = self._client.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
        return TargetGroup(
            arn=it["TargetGroupArn"],
            name=it["TargetGroupName"],
            port=it.get("Port", 0),
            protocol=it.get("Protocol", ""),
            health_path=it.get("HealthCheckPath", ""),
            balancers=tuple(it.get("LoadBalancerArns", ())),
        )


def _health(it: dict[str, Any]) -> TargetHealth:
    target, health = it["Target"], it["TargetHealth"]
    return TargetHealth(
        target=f"{target['Id']}:{target.get('Port', '')}",
        state=health["State"],
        reason=health.get("Reason", ""),
        description=health.get("Description", ""),
    )
