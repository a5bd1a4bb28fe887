"""Where the service's logs lie: groups and streams, from its task definitions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.log_events import Source
from opsctl.aws.task_definitions import ContainerDefinition, TaskDefinition
from opsctl.errors import NoAccess, NotFound, UsageProblem

_TASK = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True)
class Choice:
    """Which streams: of one task (its id or the beginning of it), of one container."""

    task: str = ""
    container: str = ""
    previous: bool = False
    """The task that stopped last, instead of those that run."""

    def __post_init__(self) -> None:
        if self.task and not _TASK.fullmatch(self.id):
            raise UsageProblem(
                f"--task: {self.task!r} is no id of a task, nor the beginning of one.",
                hint="The ids are shown by: opsctl status",
            )
        if self.task and self.previous:
            raise UsageProblem("--task and --previous each name a task: say one of them.")

    @property
    def id(self) -> str:
        """The task's id, out of an ARN too."""
        return self.task.rpartition("/")[2] if self.task.startswith("arn:") else self.task


@dataclass(frozen=True)
class Found:
    """The sources, and what the reader should know of how they were found."""

    sources: tuple[Source, ...]
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """`/ecs/app (ecs/app/…)`."""
        return ", ".join(
            f"{it.group} ({it.prefix}…)" if it.prefix else it.group for it in self.sources
        )


def find(aws: Aws, choice: Choice) -> Found:
    """The sources of what runs now; `log_group` of opsctl.toml where that cannot be read.

    Raises NotFound for a container that there is not, or when nothing has stopped.
    """
    target = aws.target
    try:
        definitions = _definitions(aws)
    except (NotFound, NoAccess) as error:
        if choice.container or choice.task or choice.previous:
            raise
        return Found((Source(target.log_group),), (f"{error.message} Reading {target.log_group}.",))
    logged = _logged(definitions, choice.container)
    if not logged:
        if choice.container:
            raise _no_container(definitions, choice.container)
        note = f"No container of {definitions[0].name} uses awslogs: reading {target.log_group}."
        return Found((Source(target.log_group),), (note,))
    if choice.previous:
        return _previous(aws, logged)
    if choice.task:
        return Found(_of_task(logged, choice.id))
    return Found(_of_all(logged))


def _definitions(aws: Aws) -> list[TaskDefinition]:
    """The revisions that are in service, or on their way in or out."""
    target = aws.target
    service = aws.ecs.service(target.cluster, target.service)
    names = dict.fromkeys(
        (service.task_definition, *(it.task_definition for it in service.rollouts))
    )
    return [aws.task_definitions.revision(name) for name in names]


def _logged(definitions: list[TaskDefinition], only: str) -> list[ContainerDefinition]:
    containers = dict.fromkeys(
        (it.name, it.logs) for each in definitions for it in each.containers if it.logs
    )
    by_name = {(it.name, it.logs): it for each in definitions for it in each.containers}
    return [by_name[key] for key in containers if only in ("", key[0])]


def _of_all(containers: list[ContainerDefinition]) -> tuple[Source, ...]:
    """One source for each group and prefix: containers beside each other share it."""
    found = dict.fromkeys(
        Source(it.logs.group, _prefix(it, containers), it.logs.region)
        for it in containers
        if it.logs
    )
    return tuple(found)


def _prefix(it: ContainerDefinition, containers: list[ContainerDefinition]) -> str:
    if not it.logs or not it.logs.prefix:
        return ""  # the streams are called after Docker's own ids
    beside = {each.name for each in containers if each.logs == it.logs}
    return f"{it.logs.prefix}/{it.name}/" if len(beside) == 1 else f"{it.logs.prefix}/"


def _of_task(containers: list[ContainerDefinition], id: str) -> tuple[Source, ...]:
    found = [
        Source(it.logs.group, f"{it.logs.prefix}/{it.name}/{id}", it.logs.region)
        for it in containers
        if it.logs and it.logs.prefix
    ]
    if not found:
        raise NotFound(
            "The containers have no awslogs-stream-prefix, so no stream tells its task.",
            hint="Leave --task and --previous out.",
        )
    return tuple(found)


def _previous(aws: Aws, containers: list[ContainerDefinition]) -> Found:
    target = aws.target
    stopped = aws.tasks.of_service(target.cluster, target.service, stopped=True)
    if stopped:
        last = max(stopped, key=lambda it: str(it.stopped or it.created or ""))
        at = f"{last.stopped:%Y-%m-%d %H:%M:%S} UTC" if last.stopped else "just now"
        codes = [f"{it.name} exit {it.exit_code}" for it in last.containers if it.exit_code]
        why = "; ".join(part for part in (last.stopped_reason, *codes) if part) or "no reason given"
        note = f"Task {last.id} stopped at {at}: {why}"
        return Found(_of_task(containers, last.id), (note,))
    id = _from_streams(aws, containers)
    return Found(
        _of_task(containers, id), (f"Task {id}: ECS does not know any more why it ended.",)
    )


def _from_streams(aws: Aws, containers: list[ContainerDefinition]) -> str:
    """ECS forgets a stopped task after about an hour; its stream stays."""
    target = aws.target
    running = {it.id for it in aws.tasks.of_service(target.cluster, target.service)}
    for it in containers:
        if not it.logs or not it.logs.prefix:
            continue
        for stream in aws.logs.newest_streams(it.logs.group):
            prefix, _, id = stream.rpartition("/")
            if prefix == f"{it.logs.prefix}/{it.name}" and id not in running:
                return id
    raise NotFound(
        "No task has stopped lately, and no stream of an earlier one is there.",
        hint="opsctl logs tail",
    )


def _no_container(definitions: list[TaskDefinition], name: str) -> NotFound:
    names = sorted({it.name for each in definitions for it in each.containers if it.logs})
    return NotFound(
        f"No container called {name!r} writes to CloudWatch Logs in {definitions[0].name}.",
        hint=f"There is: {', '.join(names) or 'none'}",
    )
