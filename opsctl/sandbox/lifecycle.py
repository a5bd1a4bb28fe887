"""How one task moves: prepared, started, registered, drained, asked to end, ended."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from opsctl.sandbox import launch, task_logs
from opsctl.sandbox.target import Target
from opsctl.sandbox.task import StopReason, Task

if TYPE_CHECKING:
    from opsctl.sandbox.process import Runner
    from opsctl.sandbox.world import World

STOP_TIMEOUT = 30.0
STOP_TIMEOUT_HERE = 8.0
"""Nobody waits half a minute for a process on their own machine."""


def advance(world: World, runner: Runner, task: Task) -> None:
    """Look at a task once and move it at most one status on."""
    _listen(world, task)
    if _ended(world, task):
        return
    if task.status == "PROVISIONING":
        _provision(world, task)
    elif task.status == "PENDING":
        _start(world, runner, task)
    elif task.live:
        _note_health(world, task)
    else:
        _stop(world, task)


def _listen(world: World, task: Task) -> None:
    if task.process and task.stream:
        task_logs.write(world, task.stream, task.process.lines())


def _ended(world: World, task: Task) -> bool:
    """Whether its process is gone; then it is STOPPED."""
    if task.process is None:
        if not task.live and task.status in ("PROVISIONING", "PENDING"):
            _stopped(world, task)
            return True
        return False
    code = task.process.exit_code()
    if code is None:
        return False
    _listen(world, task)
    task.exit_code = code
    if code == 137 and task.image and task.image.fault == "oom" and not task.signalled:
        task.container_reason = "OutOfMemoryError: Container killed due to memory usage"
    now = world.clock()
    task.ask_to_stop(
        StopReason("EssentialContainerExited", "Essential container in task exited"), now
    )
    _stopped(world, task)
    return True


def _provision(world: World, task: Task) -> None:
    try:
        launch.prepare(world, task)
    except launch.CannotStart as problem:
        fail_to_start(world, task, str(problem))
        return
    task.status = "PENDING"


def _start(world: World, runner: Runner, task: Task) -> None:
    """Start the process. Secrets are read now, as late as the container agent reads them."""
    if not launch.fits(task):
        _refuse_format(world, task)
        return
    try:
        task.process = runner.start(launch.prepare(world, task))
    except launch.CannotStart as problem:
        fail_to_start(world, task, str(problem))
        return
    task.status, task.started = "RUNNING", world.clock()
    _register(world, task)


def _refuse_format(world: World, task: Task) -> None:
    """The kernel refuses a program built for another processor."""
    if task.stream:
        task_logs.write(world, task.stream, ["exec /usr/local/bin/python: exec format error"])
    task.status, task.started, task.exit_code = "RUNNING", world.clock(), 255
    task.container_reason = "exec /usr/local/bin/python: exec format error"
    why = StopReason("EssentialContainerExited", "Essential container in task exited")
    task.ask_to_stop(why, world.clock())
    _stopped(world, task)


def fail_to_start(world: World, task: Task, reason: str) -> None:
    """The task stops before its container ran."""
    task.ask_to_stop(StopReason("TaskFailedToStart", reason), world.clock())
    if task.service:
        task.service.say(f"was unable to place a task. Reason: {reason}")
    _stopped(world, task)


def _register(world: World, task: Task) -> None:
    service = task.service
    if not service or not service.target_group or not task.process:
        return
    groups = world.backend("elbv2").target_groups
    group = groups.get(service.target_group)
    if group is None:
        return
    port = int(service.settings["loadBalancers"][0].get("containerPort", group.port))
    task.target = Target(
        group=group.arn,
        address=task.address,
        port=port,
        local_port=task.process.port,
        path=group.health_check_path or "/",
        matcher=(group.matcher or {}).get("HttpCode", "200"),
    )
    group.targets[task.address] = {"Id": task.address, "Port": port}
    world.fleet.targets_changed()
    service.say(f"registered 1 targets in (target-group {group.arn})")


def _note_health(world: World, task: Task) -> None:
    if not task.healthy:
        task.healthy_since = None
        return
    now = world.clock()
    task.healthy_since = task.healthy_since or now
    if not task.was_settled and seconds(task.healthy_since, now) >= world.pace.settle:
        task.was_settled = True
        if task.rollout:
            task.rollout.failed = task.rollout.deaths = 0


def _stop(world: World, task: Task) -> None:
    """Drain first, so that no request fails; then SIGTERM; then SIGKILL."""
    now = world.clock()
    process = task.process
    if task.status == "RUNNING":
        task.status = "DEACTIVATING"
        deregister(world, task)
    if not process:
        _stopped(world, task)
    elif task.signalled is None and _drained(world, task, now):
        task.status, task.signalled = "STOPPING", now
        process.terminate()
    elif task.signalled and seconds(task.signalled, now) > _patience(task):
        process.kill()


def deregister(world: World, task: Task) -> None:
    """Take its target out of the rotation; requests under way go on."""
    if task.target is None or task.target.state == "draining":
        return
    task.target.drain()
    world.fleet.targets_changed()
    if task.service:
        task.service.say("has begun draining connections on 1 tasks.")
        task.service.say(f"deregistered 1 targets in (target-group {task.target.group})")


def _drained(world: World, task: Task, now: datetime) -> bool:
    if task.target is None or task.stopping is None:
        return True
    group = world.backend("elbv2").target_groups.get(task.target.group)
    delay = world.pace.deregistration_delay
    if group is not None:
        delay = min(delay, float(group.attributes["deregistration_delay.timeout_seconds"]))
    return seconds(task.stopping, now) >= delay


def _patience(task: Task) -> float:
    return min(float(task.container.get("stopTimeout", STOP_TIMEOUT)), STOP_TIMEOUT_HERE)


def _stopped(world: World, task: Task) -> None:
    if task.target:
        group = world.backend("elbv2").target_groups.get(task.target.group)
        if group is not None:
            group.targets.pop(task.address, None)
        task.target.drain()
    task.status, task.stopped = "STOPPED", world.clock()
    world.fleet.has_stopped(task)


def seconds(start: datetime, end: datetime) -> float:
    """Between two moments."""
    return (end - start).total_seconds()
