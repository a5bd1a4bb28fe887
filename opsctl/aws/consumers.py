"""Who reads a secret: the services whose task definitions name it, and their running tasks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsctl.aws.gateway import Gateway
from opsctl.aws.secrets import Reference, parse
from opsctl.aws.tasks import Task
from opsctl.plan import Json, Progress

DESCRIBE_SERVICES_LIMIT = 10


@dataclass(frozen=True)
class Consumer:
    """One place where a task takes a value of the secret. `key` is empty for the whole secret."""

    service: str
    task_definition: str
    container: str
    variable: str
    key: str
    pin: str = ""
    """The version id, or the label other than AWSCURRENT, that it always reads."""

    def reads(self, key: str) -> bool:
        """Whether it gets the value of a key."""
        return self.key in ("", key)


class Consumers(Gateway):
    """Reads the services of a cluster and their tasks."""

    @property
    def _client(self) -> Any:
        return self.aws.client("ecs")

    def of_secret(self, cluster: str, arn: str) -> tuple[Consumer, ...]:
        """Every place in a cluster where a running service names the secret."""
        found = [it for each in self._services(cluster) for it in self._of_service(*each, arn)]
        return tuple(sorted(found, key=lambda it: (it.service, it.container, it.variable)))

    def renewed(
        self, cluster: str, service: str, subject: dict[str, Json] | None = None
    ) -> Progress:
        """Whether each task was created after the deployment that `subject` names had begun.

        A task reads its secrets when it starts, so such a task has what was stored before that
        deployment. `subject` is what `ecs.restart` answered.
        """
        if subject is None:
            raise TypeError("tasks are newer than something that has a time")
        since = datetime.fromisoformat(str(subject["created"]))
        return self.created_since(cluster, service, since.isoformat())

    def created_since(self, cluster: str, service: str, moment: str) -> Progress:
        """Whether each task was created after a moment (ISO 8601), those that end too."""
        alive = self.alive(cluster, service)
        old = tuple(task for task in alive if not is_newer(task, datetime.fromisoformat(moment)))
        count = f"{len(alive) - len(old)} of {len(alive)} tasks started after it"
        lines = tuple(f"task {task.id} is older ({task.status.lower()})" for task in old)
        return Progress(not old, count, lines, counted=(len(alive) - len(old), len(alive)))

    def alive(self, cluster: str, service: str) -> tuple[Task, ...]:
        """The tasks that run, those among them that are being stopped too."""
        running = self.aws.tasks.of_service(cluster, service)
        ending = self.aws.tasks.of_service(cluster, service, stopped=True)
        return (*running, *(task for task in ending if task.status != "STOPPED"))

    def _services(self, cluster: str) -> Iterator[tuple[str, str]]:
        """(name, task definition) of every service of a cluster."""
        pages = self._client.get_paginator("list_services").paginate(cluster=cluster)
        arns = [arn for page in pages for arn in page["serviceArns"]]
        for start in range(0, len(arns), DESCRIBE_SERVICES_LIMIT):
            some = arns[start : start + DESCRIBE_SERVICES_LIMIT]
            for it in self._client.describe_services(cluster=cluster, services=some)["services"]:
                if it["status"] != "INACTIVE":
                    yield it["serviceName"], it["taskDefinition"]

    def _of_service(self, service: str, definition: str, arn: str) -> Iterator[Consumer]:
        revision = self.aws.task_definitions.revision(definition)
        for container in revision.containers:
            for secret in container.secrets:
                if ":secretsmanager:" not in secret.value_from:
                    continue
                it = parse(secret.value_from)
                if _is_same(it.secret, arn):
                    pin = _pin(it)
                    yield Consumer(service, revision.name, container.name, secret.name, it.key, pin)


def is_newer(task: Task, moment: datetime) -> bool:
    """Whether a task was created after a moment; one without a time is not."""
    return task.created is not None and task.created > moment


def _is_same(named: str, arn: str) -> bool:
    """A reference may leave out the six characters that AWS adds to the name."""
    return named in (arn, arn[:-7])


def _pin(it: Reference) -> str:
    return it.version or ("" if it.stage in ("", "AWSCURRENT") else it.stage)
