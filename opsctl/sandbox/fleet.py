"""The fleet: every service and task of the account, looked at a few times a second."""

from __future__ import annotations

import itertools
import uuid
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from opsctl.sandbox import lifecycle, refusals, scheduler
from opsctl.sandbox.process import Runner
from opsctl.sandbox.rollout import Rollout
from opsctl.sandbox.service import Service
from opsctl.sandbox.target import Target
from opsctl.sandbox.task import Task
from opsctl.sandbox.task_definitions import TaskDefinitions
from opsctl.sandbox.world import RunningTask, World

STOPPED_KEPT = 500


class Fleet:
    """Holds all state of ECS but the clusters. Every method wants `world.lock` held."""

    def __init__(self, world: World, runner: Runner) -> None:
        self.world = world
        self.runner = runner
        self.definitions = TaskDefinitions(world)
        self.services: dict[str, Service] = {}
        """By ARN."""
        self.stopped: OrderedDict[str, Task] = OrderedDict()
        self.targets: tuple[Target, ...] = ()
        """Replaced as a whole, so that the load balancer reads it without the lock."""
        self._loose: list[Task] = []
        self._addresses = itertools.count()
        self.on_processes_changed: Callable[[list[RunningTask]], None] = lambda _: None

    def tick(self) -> None:
        """One look at everything."""
        with self.world.lock:
            before = [task.pid for task in self.running_tasks()]
            for task in self.tasks():
                lifecycle.advance(self.world, self.runner, task)
            for service in list(self.services.values()):
                if service.status != "INACTIVE":
                    scheduler.reconcile(self, service)
                    self._finish_draining(service)
            self._forget_old()
            self._count_clusters()
            running = self.running_tasks()
            if [task.pid for task in running] != before:
                self.on_processes_changed(running)

    def tasks(self) -> list[Task]:
        """Every task that has not stopped."""
        return [*self._loose, *(task for it in self.services.values() for task in it.tasks)]

    def running_tasks(self) -> list[RunningTask]:
        """Those with a process."""
        return [
            RunningTask(
                task_arn=task.arn,
                service=task.service.name if task.service else "",
                pid=task.process.pid,
                cpu_units=int(task.definition.get("cpu") or task.container.get("cpu") or 256),
                memory_mib=int(task.definition.get("memory") or 512),
            )
            for task in self.tasks()
            if task.process and task.status in ("RUNNING", "DEACTIVATING", "STOPPING")
        ]

    def service(self, cluster: str, name: str) -> Service | None:
        """By name or ARN, in a cluster's name or ARN."""
        short = name.rpartition("/")[2]
        where = cluster.rpartition("/")[2]
        arn = self.world.arn("ecs", f"service/{where}/{short}")
        found = self.services.get(arn)
        return None if name.startswith("arn:") and name != arn else found

    def task(self, cluster: str, name: str) -> Task | None:
        """A task that runs or stopped within the hour, by id or ARN."""
        short = name.rpartition("/")[2]
        where = cluster.rpartition("/")[2]
        for task in (*self.tasks(), *self.stopped.values()):
            if task.id == short and task.cluster_arn.endswith(f"/{where}"):
                return task
        return None

    def place(self, service: Service, rollout: Rollout) -> Task:
        """Make a task of a service; it starts at the next looks."""
        task = self._task(
            service.cluster_arn,
            rollout.revision.definition,
            f"service:{service.name}",
            rollout.id,
        )
        task.service, task.rollout = service, rollout
        if service.settings.get("propagateTags") == "SERVICE":
            task.tags = list(service.tags)
        service.tasks.append(task)
        return task

    def run(self, cluster: str, definition: dict[str, Any], group: str, started_by: str) -> Task:
        """Make a task that belongs to no service. Raises ClusterNotFoundException."""
        backend = self.world.backend("ecs")
        if cluster.rpartition("/")[2] not in backend.clusters:
            raise refusals.no_cluster()
        arn = backend.clusters[cluster.rpartition("/")[2]].arn
        task = self._task(arn, definition, group or f"family:{definition['family']}", started_by)
        self._loose.append(task)
        return task

    def _task(
        self, cluster_arn: str, definition: dict[str, Any], group: str, started_by: str
    ) -> Task:
        cluster = cluster_arn.rpartition("/")[2]
        return Task(
            arn=self.world.arn("ecs", f"task/{cluster}/{uuid.uuid4().hex}"),
            cluster_arn=cluster_arn,
            definition=definition,
            created=self.world.clock(),
            address=self._address(),
            group=group,
            started_by=started_by,
        )

    def _address(self) -> str:
        """A private address as awsvpc gives one; only the API shows it, the process is local."""
        number = next(self._addresses) % (2 * 250 * 16)
        return f"10.20.{number // 250}.{number % 250 + 4}"

    def room_to_start(self) -> int:
        """How many more tasks may start now: a start costs a second of a processor."""
        starting = sum(
            1
            for task in self.tasks()
            if task.live
            and (
                task.status in ("PROVISIONING", "PENDING")
                or (task.target is not None and task.target.state == "initial")
            )
        )
        return self.world.pace.starting_at_once - starting

    def targets_changed(self) -> None:
        """Tell the load balancer and the health checks which targets there are."""
        self.targets = tuple(
            task.target for task in self.tasks() if task.target and task.status != "STOPPED"
        )

    def has_stopped(self, task: Task) -> None:
        """Keep a task among the stopped, and count it where it died by itself."""
        owner = task.service.tasks if task.service else self._loose
        if task in owner:
            owner.remove(task)
        self.stopped[task.arn] = task
        self.targets_changed()
        by_itself = task.stop and task.stop.code in (
            "TaskFailedToStart",
            "EssentialContainerExited",
        )
        if task.service and by_itself and task.signalled is None:
            task.service.steady = False
            scheduler.note_failure(task.service, task)

    def _forget_old(self) -> None:
        now = self.world.clock()
        while self.stopped:
            oldest = next(iter(self.stopped.values()))
            age = lifecycle.seconds(oldest.stopped or now, now)
            if len(self.stopped) <= STOPPED_KEPT and age < self.world.pace.stopped_kept:
                return
            self.stopped.popitem(last=False)

    def _finish_draining(self, service: Service) -> None:
        if service.status == "DRAINING" and not service.tasks:
            service.status = "INACTIVE"

    def _count_clusters(self) -> None:
        for name, cluster in list(self.world.backend("ecs").clusters.items()):
            own = [task for task in self.tasks() if task.cluster_arn.endswith(f"/{name}")]
            cluster.running_tasks_count = sum(task.status == "RUNNING" for task in own)
            cluster.pending_tasks_count = sum(
                task.status in ("PROVISIONING", "PENDING") for task in own
            )
            cluster.active_services_count = sum(
                it.cluster == name and it.status == "ACTIVE" for it in self.services.values()
            )
