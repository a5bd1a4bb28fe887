"""A task is shown with the fields that it has, and no others."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl.sandbox.task import StopReason, shape


def test_only_the_first_reason_to_stop_counts(account: Any) -> None:
    task = account.serve().tasks[0]
    now = account.world.clock()
    task.ask_to_stop(StopReason("UserInitiated", "first"), now)
    task.ask_to_stop(StopReason("ServiceSchedulerInitiated", "second"), now)
    assert shape(task)["stoppedReason"] == "first"


@pytest.mark.parametrize(
    ("state", "health"),
    [("healthy", "HEALTHY"), ("unhealthy", "UNHEALTHY"), ("initial", "UNKNOWN")],
)
def test_health_is_known_where_the_container_defines_a_check(
    account: Any, state: str, health: str
) -> None:
    task = account.serve().tasks[0]
    task.target.state = state
    assert task.health == "UNKNOWN"
    task.container["healthCheck"] = {"command": ["CMD-SHELL", "true"]}
    assert task.health == shape(task)["containers"][0]["healthStatus"] == health


def test_a_running_task_has_no_end(account: Any) -> None:
    shown = shape(account.serve().tasks[0])
    assert not {"stopCode", "stoppedAt", "stoppedReason", "stoppingAt"} & set(shown)


def test_a_task_without_a_load_balancer_is_healthy_when_it_runs(account: Any) -> None:
    definition = account.definition("1.0.0")
    task = account.world.fleet.run(account.world.names.cluster, definition, "", "")
    assert not task.healthy
    account.advance(1)
    assert task.healthy
