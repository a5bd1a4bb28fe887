"""One ECS task: how far it is, why it stopped, and how AWS shows it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from opsctl.sandbox.process import TaskProcess
from opsctl.sandbox.registry import Image
from opsctl.sandbox.target import Target

if TYPE_CHECKING:
    from opsctl.sandbox.rollout import Rollout
    from opsctl.sandbox.service import Service


@dataclass
class StopReason:
    """Why a task stops, in AWS's words. `delay`: how long its target drains first."""

    code: str
    text: str


SCALING = "Scaling activity initiated by (deployment {})"


@dataclass(eq=False)
class Task:
    """A task and its one essential container.

    `status` goes PROVISIONING, PENDING, RUNNING, DEACTIVATING, STOPPING, STOPPED.
    """

    arn: str
    cluster_arn: str
    definition: dict[str, Any]
    created: datetime
    address: str
    group: str
    started_by: str = ""
    service: Service | None = None
    rollout: Rollout | None = None
    overrides: dict[str, Any] = field(default_factory=dict)
    launch_type: str = "FARGATE"
    tags: list[dict[str, str]] = field(default_factory=list)
    status: str = "PROVISIONING"
    desired: str = "RUNNING"
    process: TaskProcess | None = None
    image: Image | None = None
    digest: str = ""
    target: Target | None = None
    started: datetime | None = None
    healthy_since: datetime | None = None
    was_settled: bool = False
    """It has been healthy long enough to be counted as successfully running."""
    stop: StopReason | None = None
    stopping: datetime | None = None
    signalled: datetime | None = None
    stopped: datetime | None = None
    exit_code: int | None = None
    container_reason: str = ""
    stream: tuple[str, str] | None = None
    """Log group and stream."""
    runtime_id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def id(self) -> str:
        """The last part of the ARN."""
        return self.arn.rpartition("/")[2]

    @property
    def container(self) -> dict[str, Any]:
        """The definition of the essential container."""
        containers: list[dict[str, Any]] = self.definition["containerDefinitions"]
        return next((each for each in containers if each.get("essential", True)), containers[0])

    @property
    def live(self) -> bool:
        """Whether it runs or is about to, and nobody has told it to stop."""
        return self.desired == "RUNNING"

    @property
    def healthy(self) -> bool:
        """Whether its target is healthy; without a load balancer, whether it runs."""
        if self.status != "RUNNING" or not self.live:
            return False
        return self.target is None or self.target.state == "healthy"

    @property
    def health(self) -> str:
        """HEALTHY or UNHEALTHY where the container defines a health check, else UNKNOWN."""
        if "healthCheck" not in self.container or self.status != "RUNNING" or not self.target:
            return "UNKNOWN"
        return {"healthy": "HEALTHY", "unhealthy": "UNHEALTHY"}.get(self.target.state, "UNKNOWN")

    def ask_to_stop(self, reason: StopReason, now: datetime) -> None:
        """It will drain and end; the first reason counts."""
        if self.live:
            self.desired, self.stop, self.stopping = "STOPPED", reason, now


def shape(task: Task) -> dict[str, Any]:
    """The task as DescribeTasks answers it."""
    definition = task.definition
    document = {
        "attachments": [_interface(task)],
        "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
        "availabilityZone": "us-east-1a",
        "clusterArn": task.cluster_arn,
        "connectivity": "CONNECTED",
        "connectivityAt": task.started,
        "containers": [_container(task, each) for each in definition["containerDefinitions"]],
        "cpu": definition.get("cpu"),
        "createdAt": task.created,
        "desiredStatus": task.desired,
        "enableExecuteCommand": False,
        "executionStoppedAt": task.stopped if task.started else None,
        "group": task.group,
        "healthStatus": task.health,
        "lastStatus": task.status,
        "launchType": task.launch_type,
        "memory": definition.get("memory"),
        "overrides": task.overrides or {"containerOverrides": []},
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "pullStartedAt": task.started and task.created,
        "pullStoppedAt": task.started,
        "startedAt": task.started,
        "startedBy": task.started_by or None,
        "stopCode": task.stop.code if task.stop else None,
        "stoppedAt": task.stopped,
        "stoppedReason": task.stop.text if task.stop else None,
        "stoppingAt": task.stopping,
        "tags": task.tags,
        "taskArn": task.arn,
        "taskDefinitionArn": definition["taskDefinitionArn"],
        "version": 1 + ["PROVISIONING", "PENDING", "RUNNING"].index(task.status)
        if task.live
        else 5,
    }
    return {key: value for key, value in document.items() if value is not None}


def _interface(task: Task) -> dict[str, Any]:
    details = {"privateIPv4Address": task.address, "macAddress": "0a:58:a9:fe:ac:02"}
    return {
        "id": task.runtime_id,
        "type": "ElasticNetworkInterface",
        "status": "DELETED" if task.stopped else "ATTACHED",
        "details": [{"name": name, "value": value} for name, value in details.items()],
    }


def _container(task: Task, definition: dict[str, Any]) -> dict[str, Any]:
    status = task.status if task.status in ("PENDING", "RUNNING", "STOPPED") else ""
    document = {
        "containerArn": f"{task.arn.replace(':task/', ':container/')}/{task.runtime_id}",
        "taskArn": task.arn,
        "name": definition["name"],
        "image": definition["image"],
        "imageDigest": task.digest or None,
        "runtimeId": f"{task.id}-{task.runtime_id[:10]}" if task.started else None,
        "lastStatus": status or ("PENDING" if task.live else "RUNNING"),
        "exitCode": task.exit_code,
        "reason": task.container_reason or None,
        "networkBindings": [],
        "networkInterfaces": [
            {"attachmentId": task.runtime_id, "privateIpv4Address": task.address}
        ],
        "healthStatus": task.health,
        "cpu": str(definition.get("cpu", 0)),
        "memory": str(definition["memory"]) if definition.get("memory") else None,
    }
    return {key: value for key, value in document.items() if value is not None}
