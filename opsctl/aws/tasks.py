"""ECS tasks of a service: those that run, and why others stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsctl.aws.gateway import Gateway

DESCRIBE_TASKS_LIMIT = 100


@dataclass(frozen=True)
class Container:
    """How one container of a task stands."""

    name: str
    status: str
    exit_code: int | None
    reason: str
    image_digest: str


@dataclass(frozen=True)
class Task:
    """One task; `stop_code` and `stopped_reason` are empty while it runs."""

    arn: str
    task_definition: str
    status: str
    desired: str
    health: str
    started_by: str
    created: datetime | None
    started: datetime | None
    stopped: datetime | None
    stop_code: str
    stopped_reason: str
    containers: tuple[Container, ...]
    address: str = ""

    @property
    def id(self) -> str:
        """The last part of the ARN."""
        return self.arn.rpartition("/")[2]


class Tasks(Gateway):
    """Reads tasks; DescribeTasks refuses an empty list and more than 100 (`InvalidParameter`)."""

    @property
    def _client(self) -> Any:
        return self.aws.client("ecs")

    def of_service(self, cluster: str, service: str, *, stopped: bool = False) -> tuple[Task, ...]:
        """The running tasks of a service; with `stopped`, those of about the last hour."""
        pages = self._client.get_paginator("list_tasks").paginate(
            cluster=cluster,
            serviceName=service,
            desiredStatus="STOPPED" if stopped else "RUNNING",
        )
        arns = [arn for page in pages for arn in page["taskArns"]]
        found: list[Task] = []
        for some in _chunks(arns, DESCRIBE_TASKS_LIMIT):
            answer = self._client.describe_tasks(cluster=cluster, tasks=some)
            found += [_task(it) for it in answer["tasks"]]
        return tuple(sorted(found, key=lambda task: str(task.created), reverse=True))


def _chunks(items: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _task(it: dict[str, Any]) -> Task:
    return Task(
        arn=it["taskArn"],
        task_definition=it["taskDefinitionArn"],
        status=it.get("lastStatus", ""),
        desired=it.get("desiredStatus", ""),
        health=it.get("healthStatus", "UNKNOWN"),
        started_by=it.get("startedBy", ""),
        created=it.get("createdAt"),
        started=it.get("startedAt"),
        stopped=it.get("stoppedAt"),
        stop_code=it.get("stopCode", ""),
        stopped_reason=it.get("stoppedReason", ""),
        containers=tuple(_container(each) for each in it.get("containers", ())),
        address=_address(it),
    )


def _address(task: dict[str, Any]) -> str:
    for container in task.get("containers", ()):
        for interface in container.get("networkInterfaces", ()):
            if interface.get("privateIpv4Address"):
                return str(interface["privateIpv4Address"])
    return ""


def _container(it: dict[str, Any]) -> Container:
    return Container(
        name=it.get("name", ""),
        status=it.get("lastStatus", ""),
        exit_code=it.get("exitCode"),
        reason=it.get("reason", ""),
        image_digest=it.get("imageDigest", ""),
    )
