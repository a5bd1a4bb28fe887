"""ECS services: what one runs, and the changes that start a deployment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from opsctl import errors
from opsctl.aws.gateway import Gateway
from opsctl.plan import Json, Progress


@dataclass(frozen=True)
class Rollout:
    """One entry of `service.deployments[]`: the tasks of one task definition."""

    id: str
    status: str
    """PRIMARY, ACTIVE (being replaced) or INACTIVE."""
    task_definition: str
    desired: int = field(compare=False)
    running: int = field(compare=False)
    pending: int = field(compare=False)
    failed: int = field(compare=False)
    state: str
    """COMPLETED, IN_PROGRESS or FAILED; empty where the controller is not ECS."""
    reason: str = field(compare=False)
    created: datetime


@dataclass(frozen=True)
class Event:
    """One line of what the service scheduler says."""

    id: str
    at: datetime
    message: str


@dataclass(frozen=True)
class LoadBalancerLink:
    """The target group that a container and port of the service register with."""

    target_group: str
    container: str
    port: int


@dataclass(frozen=True)
class Service:
    """An ECS service as DescribeServices gives it; counts are tasks."""

    arn: str
    name: str
    cluster: str
    task_definition: str
    controller: str
    """ECS, CODE_DEPLOY or EXTERNAL."""
    desired: int = field(compare=False)
    """Left out of equality: autoscaling moves it all day."""
    running: int = field(compare=False)
    pending: int = field(compare=False)
    rollouts: tuple[Rollout, ...]
    links: tuple[LoadBalancerLink, ...]
    circuit_breaker: bool
    rolls_back: bool
    current_deployment: str = field(default="", compare=False)
    events: tuple[Event, ...] = field(default=(), compare=False)

    @property
    def primary(self) -> Rollout:
        """The rollout that the service moves to."""
        return next((it for it in self.rollouts if it.status == "PRIMARY"), self.rollouts[0])

    @property
    def revision(self) -> int:
        """The number of the live task definition."""
        return revision_of(self.task_definition)


class Ecs(Gateway):
    """Reads a service, and changes what it runs and how often."""

    @property
    def _client(self) -> Any:
        return self.aws.client("ecs")

    def service(self, cluster: str, service: str) -> Service:
        """The service. Raises NotFound where it is missing or INACTIVE (HTTP 200 on AWS)."""
        answer = self._client.describe_services(cluster=cluster, services=[service])
        found = [it for it in answer["services"] if it["status"] != "INACTIVE"]
        if not found:
            raise errors.NotFound(
                f"There is no service “{service}” in cluster “{cluster}”.",
                hint="Check `cluster` and `service` with `opsctl config show`.",
            )
        return _service(found[0])

    def set_desired_count(self, cluster: str, service: str, count: int, replacing: int) -> None:
        """Sets the number of tasks. Raises FactsChanged when it is not `replacing` now."""
        now = self.service(cluster, service).desired
        if now not in (replacing, count):
            raise errors.FactsChanged(
                f"The desired count is {now}, not {replacing}: somebody changed it meanwhile.",
                hint="Run the same command again to see the new plan.",
            )
        if now != count:
            self._client.update_service(cluster=cluster, service=service, desiredCount=count)

    def settled(self, cluster: str, service: str, count: int) -> Progress:
        """Whether the service runs just `count` tasks and none is starting."""
        it = self.service(cluster, service)
        done = it.desired == count and it.running == count and it.pending == 0
        summary = f"{it.running}/{it.desired} running, {it.pending} pending"
        lines = tuple(e.message for e in it.events[:1] if _is_trouble(e.message))
        return Progress(done, summary, lines, counted=(min(it.running, count), count))

    def desires(self, cluster: str, service: str, count: int) -> Progress:
        """Whether the service wants just `count` tasks (autoscaling may have moved it)."""
        it = self.service(cluster, service)
        return Progress(it.desired == count, f"desired count is {it.desired}")

    def point_at(
        self, cluster: str, service: str, task_definition: str, leaving: str
    ) -> dict[str, Json]:
        """Makes the service run a task definition (full ARN) and answers the new deployment.

        `leaving` is what the service must run now, as an ARN or an image; anything else raises
        FactsChanged. Where it already runs `task_definition`, nothing is changed.
        """
        now = self.service(cluster, service)
        if now.task_definition == task_definition:
            return _answer(now)
        if leaving not in (
            now.task_definition,
            *self.aws.task_definitions.images(now.task_definition),
        ):
            raise _deployed_meanwhile(now, leaving)
        return self._update(cluster, service, taskDefinition=task_definition)

    def release(
        self,
        cluster: str,
        service: str,
        base: str,
        images: dict[str, str],
        leaving: str,
        environment: dict[str, dict[str, str]] | None = None,
    ) -> dict[str, Json]:
        """Registers a copy of `base` with other images and makes the service run it.

        `base` and `leaving` are full ARNs, `images` goes by container name, as do the variables
        of `environment`; the service must run `leaving` now, anything else raises FactsChanged.
        Doing it again changes nothing.
        """
        now = self.service(cluster, service)
        if now.task_definition != leaving:
            if self.aws.task_definitions.is_copy(now.task_definition, base, images, environment):
                return _answer(now)
            raise _deployed_meanwhile(now, leaving)
        arn = self.aws.task_definitions.copy(base, images, environment)
        try:
            return self.point_at(cluster, service, arn, leaving)
        except errors.OpsctlError as error:
            raise errors.StepFailed(
                f"{short(arn)} was registered, but the service was not updated: {error.message}",
                hint=error.hint,
            ) from error

    def restart(self, cluster: str, service: str, task_definition: str) -> dict[str, Json]:
        """Starts a deployment of the same task definition, so that every task is replaced."""
        now = self.service(cluster, service)
        if now.task_definition != task_definition:
            raise _deployed_meanwhile(now, task_definition)
        return self._update(
            cluster, service, taskDefinition=task_definition, forceNewDeployment=True
        )

    def _update(self, cluster: str, service: str, **fields: Any) -> dict[str, Json]:
        answer = self._client.update_service(cluster=cluster, service=service, **fields)
        return _answer(_service(answer["service"]))


def short(arn: str) -> str:
    """`family:revision` of a task definition's ARN; anything else as it is."""
    return arn.rpartition("/")[2] if ":task-definition/" in arn else arn


def revision_of(task_definition: str) -> int:
    """The revision number of `…/family:12`; 0 where there is none."""
    tail = task_definition.rpartition(":")[2]
    return int(tail) if tail.isdigit() else 0


def _deployed_meanwhile(now: Service, expected: str) -> errors.FactsChanged:
    return errors.FactsChanged(
        f"The service runs {short(now.task_definition)}, not {short(expected)}: "
        "somebody deployed meanwhile.",
        hint="Run the same command again to see the new plan.",
    )


def _answer(service: Service) -> dict[str, Json]:
    rollout = service.primary
    return {
        "deployment": rollout.id,
        "task_definition": rollout.task_definition,
        "created": rollout.created.isoformat(),
    }


def _is_trouble(message: str) -> bool:
    words = ("fail", "unhealthy", "error", "throttl", "unable", "missing", "rolling back")
    return any(word in message.lower() for word in words)


def _service(it: dict[str, Any]) -> Service:
    breaker = it.get("deploymentConfiguration", {}).get("deploymentCircuitBreaker", {})
    return Service(
        arn=it["serviceArn"],
        name=it["serviceName"],
        cluster=it["clusterArn"].rpartition("/")[2],
        task_definition=it["taskDefinition"],
        controller=it.get("deploymentController", {}).get("type", "ECS"),
        desired=it["desiredCount"],
        running=it["runningCount"],
        pending=it["pendingCount"],
        rollouts=tuple(_rollout(each) for each in it.get("deployments", ())),
        links=tuple(_links(it.get("loadBalancers", ()))),
        circuit_breaker=bool(breaker.get("enable")),
        rolls_back=bool(breaker.get("rollback")),
        current_deployment=it.get("currentServiceDeployment", ""),
        events=tuple(Event(e["id"], e["createdAt"], e["message"]) for e in it.get("events", ())),
    )


def _links(balancers: Iterable[dict[str, Any]]) -> Iterator[LoadBalancerLink]:
    for it in balancers:
        if it.get("targetGroupArn"):
            yield LoadBalancerLink(
                it["targetGroupArn"], it.get("containerName", ""), it.get("containerPort", 0)
            )


def _rollout(it: dict[str, Any]) -> Rollout:
    return Rollout(
        id=it["id"],
        status=it["status"],
        task_definition=it["taskDefinition"],
        desired=it.get("desiredCount", 0),
        running=it.get("runningCount", 0),
        pending=it.get("pendingCount", 0),
        failed=it.get("failedTasks", 0),
        state=it.get("rolloutState", ""),
        reason=it.get("rolloutStateReason", ""),
        created=it["createdAt"],
    )
