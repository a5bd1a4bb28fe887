"""One ECS service: what it should run, what it runs, and what its scheduler says about it."""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from opsctl.sandbox.rollout import Revision, Rollout, ServiceDeployment

if TYPE_CHECKING:
    from opsctl.sandbox.task import Task
    from opsctl.sandbox.world import World

EVENTS_KEPT = 100
DEPLOYMENTS_KEPT = 200

DEFAULT_CONFIGURATION: dict[str, Any] = {
    "strategy": "ROLLING",
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "bakeTimeInMinutes": 0,
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
}


@dataclass(eq=False)
class Service:
    """`settings` are the fields of CreateService that are shown as they were given."""

    world: World
    name: str
    cluster: str
    desired: int
    settings: dict[str, Any]
    configuration: dict[str, Any]
    """deploymentConfiguration, complete."""
    created: datetime
    status: str = "ACTIVE"
    tags: list[dict[str, str]] = field(default_factory=list)
    rollouts: list[Rollout] = field(default_factory=list)
    deployments: list[ServiceDeployment] = field(default_factory=list)
    """Newest last."""
    revisions: dict[str, Revision] = field(default_factory=dict)
    last_good: Revision | None = None
    """What the circuit breaker goes back to: the revision of the last completed deployment."""
    tasks: list[Task] = field(default_factory=list)
    """Those that have not stopped."""
    steady: bool = False
    pause_at: str = ""
    """The lifecycle stage at which the next deployments pause; empty for none."""
    events: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))

    @property
    def arn(self) -> str:
        """`arn:aws:ecs:…:service/CLUSTER/SERVICE`."""
        return self.world.arn("ecs", f"service/{self.cluster}/{self.name}")

    @property
    def cluster_arn(self) -> str:
        """`arn:aws:ecs:…:cluster/CLUSTER`."""
        return self.world.arn("ecs", f"cluster/{self.cluster}")

    @property
    def primary(self) -> Rollout:
        """The rollout that the service moves to."""
        return next(each for each in self.rollouts if each.status == "PRIMARY")

    @property
    def deployment(self) -> ServiceDeployment:
        """The newest service deployment."""
        return self.deployments[-1]

    @property
    def controller(self) -> str:
        """ECS, CODE_DEPLOY or EXTERNAL."""
        return str((self.settings.get("deploymentController") or {}).get("type", "ECS"))

    @property
    def target_group(self) -> str:
        """ARN of the target group that its tasks register in; empty for none."""
        balancers = self.settings.get("loadBalancers") or [{}]
        return str(balancers[0].get("targetGroupArn", ""))

    def say(self, message: str) -> None:
        """Add an event, as the service scheduler words them."""
        self.events.appendleft(
            {
                "id": str(uuid.uuid4()),
                "createdAt": self.world.clock(),
                "message": f"(service {self.name}) {message}",
            }
        )

    def tasks_of(self, rollout: Rollout | None) -> list[Task]:
        """The tasks of a rollout that nobody has told to stop."""
        return [task for task in self.tasks if task.live and task.rollout is rollout]

    def counts(self, rollout: Rollout) -> tuple[int, int]:
        """(running, pending) tasks of a rollout."""
        tasks = [task for task in self.tasks if task.rollout is rollout]
        running = sum(1 for task in tasks if task.status == "RUNNING" and task.live)
        pending = sum(1 for task in tasks if task.live) - running
        return running, pending

    def set_desired(self, count: int) -> None:
        """Change the number of tasks without a deployment; the fleet follows."""
        with self.world.lock:
            if count != self.desired:
                self.desired = count
                self.primary.desired = self.deployment.requested = count
                self.primary.updated = self.world.clock()
                self.steady = False


def shape(service: Service) -> dict[str, Any]:
    """The service as DescribeServices answers it."""
    counts = [service.counts(rollout) for rollout in service.rollouts]
    return {
        **{key: value for key, value in service.settings.items() if value is not None},
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": service.cluster_arn,
        "status": service.status,
        "desiredCount": service.desired,
        "runningCount": sum(running for running, _ in counts),
        "pendingCount": sum(pending for _, pending in counts),
        "platformFamily": "Linux",
        "taskDefinition": service.primary.revision.definition["taskDefinitionArn"],
        "deploymentConfiguration": service.configuration,
        "deployments": [rollout_shape(service, each) for each in service.rollouts],
        "events": list(service.events),
        "createdAt": service.created,
        "createdBy": f"arn:aws:iam::{service.world.account}:root",
        "currentServiceDeployment": service.deployment.arn,
        "currentServiceRevisions": current_revisions(service),
        "tags": service.tags,
    }


def rollout_shape(service: Service, rollout: Rollout) -> dict[str, Any]:
    """One entry of `service.deployments[]`."""
    running, pending = service.counts(rollout)
    settings = rollout.revision.settings
    return {
        "id": rollout.id,
        "status": rollout.status,
        "taskDefinition": rollout.revision.definition["taskDefinitionArn"],
        "desiredCount": rollout.desired,
        "pendingCount": pending,
        "runningCount": running,
        "failedTasks": rollout.failed,
        "createdAt": rollout.created,
        "updatedAt": rollout.updated,
        "launchType": settings.get("launchType", "FARGATE"),
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "networkConfiguration": settings.get("networkConfiguration") or {},
        "rolloutState": rollout.state,
        "rolloutStateReason": rollout.reason,
    }


def current_revisions(service: Service) -> list[dict[str, Any]]:
    """The revisions with tasks now, each with its counts."""
    return [
        revision_summary(service, rollout.revision, rollout.desired) for rollout in service.rollouts
    ]


def revision_summary(service: Service, revision: Revision, requested: int) -> dict[str, Any]:
    """How many tasks of a revision are wanted, run and start."""
    counts = [service.counts(each) for each in service.rollouts if each.revision is revision]
    return {
        "arn": revision.arn,
        "requestedTaskCount": requested,
        "runningTaskCount": sum(running for running, _ in counts),
        "pendingTaskCount": sum(pending for _, pending in counts),
    }
