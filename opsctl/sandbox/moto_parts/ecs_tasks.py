"""ECS tasks: listed, described, run and stopped as AWS does, on the sandbox's fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.ecs.responses import EC2ContainerServiceResponse

from opsctl.sandbox import refusals
from opsctl.sandbox.moto_parts.paging import page
from opsctl.sandbox.task import StopReason, Task, shape

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

DESCRIBE_LIMIT = 100


def install(world: World) -> None:
    """Put the operations on moto's ECS."""

    def operation(do: Any) -> Any:
        return lambda received: ActionResult(do(world, received._get_params()))

    response: Any = EC2ContainerServiceResponse
    response.list_tasks = operation(_list)
    response.describe_tasks = operation(_describe)
    response.run_task = operation(_run)
    response.stop_task = operation(_stop)


def _list(world: World, request: dict[str, Any]) -> dict[str, Any]:
    cluster = _cluster(world, request)
    wanted = request.get("desiredStatus") or "RUNNING"
    name = request.get("serviceName")
    if name and world.fleet.service(cluster, name) is None:
        raise refusals.no_service()
    arns = [
        task.arn
        for task in (*world.fleet.tasks(), *world.fleet.stopped.values())
        if task.cluster_arn.endswith(f"/{cluster}")
        and task.desired == wanted
        and _fits(task, request)
    ]
    items, token = page(arns, request)
    return {"taskArns": items, "nextToken": token}


def _fits(task: Task, request: dict[str, Any]) -> bool:
    service, family = request.get("serviceName"), request.get("family")
    by, launch = request.get("startedBy"), request.get("launchType")
    return (
        (not service or task.group == f"service:{service.rpartition('/')[2]}")
        and (not family or task.definition["family"] == family)
        and (not by or task.started_by == by)
        and (not launch or task.launch_type == launch)
    )


def _describe(world: World, request: dict[str, Any]) -> dict[str, Any]:
    cluster = _cluster(world, request)
    names = request.get("tasks") or []
    if not names:
        raise refusals.invalid("Tasks cannot be empty.")
    if len(names) > DESCRIBE_LIMIT:
        raise refusals.invalid("Tasks cannot have more than 100 elements.")
    tagged = "TAGS" in (request.get("include") or [])
    found, failures = [], []
    for name in names:
        task = world.fleet.task(cluster, name)
        if task:
            found.append(shape(task) if tagged else {**shape(task), "tags": []})
        else:
            arn = world.arn("ecs", f"task/{cluster}/{name.rpartition('/')[2]}")
            failures.append({"arn": arn, "reason": "MISSING"})
    return {"tasks": found, "failures": failures}


def _run(world: World, request: dict[str, Any]) -> dict[str, Any]:
    definition = world.fleet.definitions.runnable(request["taskDefinition"])
    cluster = _cluster(world, request)
    count = int(request.get("count") or 1)
    if not 1 <= count <= 10:
        raise refusals.invalid("Task count must be between 1 and 10.")
    group, by = request.get("group") or "", request.get("startedBy") or ""
    made = [world.fleet.run(cluster, definition, group, by) for _ in range(count)]
    for task in made:
        task.overrides = request.get("overrides") or {}
        task.tags = request.get("tags") or []
    return {"tasks": [shape(task) for task in made], "failures": []}


def _stop(world: World, request: dict[str, Any]) -> dict[str, Any]:
    task = world.fleet.task(_cluster(world, request), request["task"])
    if task is None:
        raise refusals.invalid("The referenced task was not found.")
    reason = request.get("reason") or "Task stopped by user"
    task.ask_to_stop(StopReason("UserInitiated", reason), world.clock())
    return {"task": shape(task)}


def _cluster(world: World, request: dict[str, Any]) -> str:
    name = str(request.get("cluster") or "default").rpartition("/")[2]
    if name not in world.backend("ecs").clusters:
        raise refusals.no_cluster()
    return name
