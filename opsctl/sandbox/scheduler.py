"""The service scheduler: one look at a service, and what it starts and stops because of it."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from opsctl.sandbox import deploying
from opsctl.sandbox.lifecycle import seconds
from opsctl.sandbox.rollout import Rollout
from opsctl.sandbox.service import Service
from opsctl.sandbox.target import Checked
from opsctl.sandbox.task import SCALING, StopReason, Task

if TYPE_CHECKING:
    from opsctl.sandbox.fleet import Fleet


def reconcile(fleet: Fleet, service: Service) -> None:
    """Bring a service one look closer to what it should run."""
    deploying.advance(service)
    if service.deployment.in_flight and service.deployment.waiting_hook:
        return
    _stop_unhealthy(service)
    if _should_trip(service):
        deploying.trip(service)
    _stop_failed(service)
    _start_missing(fleet, service)
    _stop_surplus(service)
    _stop_former(service)
    _forget_empty(service)
    _settle(service)


def _stop_unhealthy(service: Service) -> None:
    """Stop tasks whose target fails its health checks; those of a new rollout count as failed."""
    for task in list(service.tasks):
        target = task.target
        if not task.live or target is None or task.status != "RUNNING":
            continue
        _expire_grace(service, task)
        if target.state == "unhealthy":
            service.say(
                f"(task {task.id}) (port {target.port}) is unhealthy in (target-group "
                f"{target.group}) due to (reason {target.description})"
            )
            reason = f"Task failed ELB health checks in (target-group {target.group})"
            _stop(service, task, StopReason("ServiceSchedulerInitiated", reason))
            note_failure(service, task)


def _expire_grace(service: Service, task: Task) -> None:
    """A task that never answered at all is unhealthy when its grace period is over."""
    now = service.world.clock()
    late = task.started and seconds(task.started, now) > service.world.pace.grace
    if late and task.target and task.target.state == "initial":
        task.target.fail(Checked(failure="timeout"))


def note_failure(service: Service, task: Task) -> None:
    """A task died or was unhealthy: count it for the breaker, and space the replacements."""
    rollout = task.rollout
    if rollout is None:
        return
    rollout.deaths += 1
    pace = service.world.pace
    wait = pace.replace_delay * 2 ** min(rollout.deaths - 1, 4)
    if service.deployment.in_flight and rollout is service.primary:
        wait = 0.0  # While it is deployed, the breaker is what ends it.
        if not task.was_settled:
            rollout.failed += 1
            service.deployment.failures += 1
    elif rollout.deaths == 5:
        service.say("is unable to consistently start tasks successfully.")
    rollout.not_before = service.world.clock() + timedelta(seconds=wait)


def _should_trip(service: Service) -> bool:
    deployment, rollout = service.deployment, service.primary
    breaker = service.configuration["deploymentCircuitBreaker"]["enable"]
    return (
        breaker
        and deployment.in_flight
        and rollout.state == "IN_PROGRESS"
        and rollout.failed >= deployment.threshold
    )


def _stop_failed(service: Service) -> None:
    """Tasks of a rollout that was given up go at once: they serve nobody."""
    for rollout in service.rollouts:
        if rollout.state == "FAILED" and rollout.status == "ACTIVE":
            for task in service.tasks_of(rollout):
                if not task.healthy:
                    _stop(service, task, _scaled(rollout))


def _start_missing(fleet: Fleet, service: Service) -> None:
    primary = service.primary
    if primary.state == "FAILED":
        return
    now = service.world.clock()
    if primary.not_before and now < primary.not_before:
        return
    live = [task for task in service.tasks if task.live]
    most = max(service.desired, math.floor(service.desired * _percent(service, "maximumPercent")))
    missing = service.desired - len(service.tasks_of(primary))
    room = min(missing, most - len(live), fleet.room_to_start())
    started = [fleet.place(service, primary) for _ in range(max(0, room))]
    if started:
        names = " ".join(f"(task {task.id})" for task in started)
        service.say(f"has started {len(started)} tasks: {names}.")
        service.steady = False


def _stop_surplus(service: Service) -> None:
    """More tasks than wanted in the primary rollout: the youngest and the unhealthy go first."""
    tasks = service.tasks_of(service.primary)
    surplus = len(tasks) - service.desired
    if surplus > 0:
        tasks.sort(key=lambda task: (task.was_settled, -task.created.timestamp()))
        for task in tasks[:surplus]:
            _stop(service, task, _scaled(service.primary))


def _stop_former(service: Service) -> None:
    """Stop tasks of former rollouts as new ones serve, never below the healthy minimum."""
    if service.primary.state == "FAILED":
        return
    former = [task for task in service.tasks if task.live and task.rollout is not service.primary]
    if not former:
        return
    least = math.ceil(service.desired * _percent(service, "minimumHealthyPercent"))
    serving = sum(1 for task in service.tasks if task.live and task.healthy and task.was_settled)
    spare = max(0, serving - least)
    former.sort(key=lambda task: task.created)
    for task in former:
        if task.healthy and task.was_settled:
            if not spare:
                continue
            spare -= 1
        _stop(service, task, _scaled(service.primary))


def _percent(service: Service, name: str) -> float:
    return float(service.configuration[name]) / 100


def _scaled(rollout: Rollout) -> StopReason:
    return StopReason("ServiceSchedulerInitiated", SCALING.format(rollout.id))


def _stop(service: Service, task: Task, reason: StopReason) -> None:
    task.ask_to_stop(reason, service.world.clock())
    service.steady = False
    service.say(f"has stopped 1 running tasks: (task {task.id}).")


def _forget_empty(service: Service) -> None:
    """A former rollout leaves the list when its last task has ended."""
    for rollout in list(service.rollouts):
        holds = any(task.rollout is rollout for task in service.tasks)
        if rollout.status == "ACTIVE" and not holds:
            rollout.status = "INACTIVE"
            service.rollouts.remove(rollout)


def _settle(service: Service) -> None:
    """Notice that everything wanted runs and nothing else: the deployment is complete."""
    primary = service.primary
    well = len(service.tasks) == service.desired and all(
        task.rollout is primary and task.healthy and task.was_settled for task in service.tasks
    )
    if not well or len(service.rollouts) > 1 or primary.state == "FAILED":
        service.steady = service.steady and well
        return
    if primary.state == "IN_PROGRESS" and service.deployment.in_flight:
        deploying.complete(service)
    if not service.steady:
        service.steady = True
        service.say("has reached a steady state.")
