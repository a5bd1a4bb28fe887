"""The scheduler replaces, rolls, scales and gives up as AWS's does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from opsctl.sandbox import scheduler


def running(account: Any) -> dict[str, int]:
    """Live tasks by release."""
    found: dict[str, int] = {}
    for task in account.service.tasks:
        if task.live:
            tag = task.image.tag if task.image else "not pulled yet"
            found[tag] = found.get(tag, 0) + 1
    return found


def test_a_new_service_becomes_steady(account: Any) -> None:
    account.serve("1.0.0", desired=3)
    assert running(account) == {"1.0.0": 3}
    assert "has reached a steady state." in account.messages()[0]


def test_a_rolling_deployment_never_goes_below_the_healthy_minimum(account: Any) -> None:
    account.serve("1.0.0", desired=2)
    account.deploy("1.1.0")
    least, most = 99, 0
    for _ in range(60):
        account.advance()
        serving = [task for task in account.service.tasks if task.healthy]
        least, most = min(least, len(serving)), max(most, len(account.service.tasks))
    assert running(account) == {"1.1.0": 2}
    assert least >= 2
    assert most <= 4


def test_a_task_that_dies_is_replaced(account: Any) -> None:
    account.serve()
    victim = account.service.tasks[0]
    victim.process.kill()
    account.advance(0.3)
    assert victim.status == "STOPPED"
    assert victim.exit_code == 137
    account.settle()
    assert victim not in account.service.tasks
    assert len(account.service.tasks) == 2


def test_replacements_of_a_dying_release_come_slower_and_slower(account: Any) -> None:
    account.serve(desired=1)
    waits = []
    for _ in range(4):
        account.service.tasks[0].process.kill()
        account.advance(0.3)
        rollout = account.service.primary
        waits.append((rollout.not_before - account.world.clock()).total_seconds())
        for _ in range(100):
            account.advance()
            if account.service.tasks and account.service.tasks[0].status == "RUNNING":
                break
    assert waits == sorted(waits)
    assert waits[-1] > waits[0] * 3


def test_a_smaller_count_stops_tasks_without_a_deployment(account: Any) -> None:
    service = account.serve(desired=4)
    deployments = len(service.deployments)
    service.set_desired(1)
    account.settle()
    assert running(account) == {"1.0.0": 1}
    assert len(service.deployments) == deployments
    reason = account.stopped()[-1].stop.text
    assert reason.startswith("Scaling activity initiated by (deployment ecs-svc/")


def test_a_larger_count_starts_tasks_without_a_deployment(account: Any) -> None:
    service = account.serve(desired=1)
    service.set_desired(3)
    assert not service.steady
    account.settle()
    assert running(account) == {"1.0.0": 3}
    assert len(service.deployments) == 1


def test_no_tasks_at_all_is_steady_too(account: Any) -> None:
    account.serve(desired=2).set_desired(0)
    account.settle()
    assert running(account) == {}


def test_a_crashing_release_is_rolled_back(account: Any) -> None:
    account.serve("1.0.0")
    before = account.service.primary
    deployment = account.deploy("1.4.0-crash")
    account.settle()
    assert deployment.status == "ROLLBACK_SUCCESSFUL"
    assert deployment.breaker == "TRIGGERED"
    assert deployment.failures >= deployment.threshold == 3
    assert account.service.primary is before
    assert running(account) == {"1.0.0": 2}
    assert any("deployment failed: tasks failed to start." in it for it in account.messages())
    assert any("rolling back to deployment" in it for it in account.messages())


def test_a_sick_release_never_serves_and_is_rolled_back(account: Any) -> None:
    account.serve("1.0.0")
    deployment = account.deploy("1.4.1-sick")
    account.settle()
    assert deployment.status == "ROLLBACK_SUCCESSFUL"
    reasons = {task.stop.text for task in account.stopped()}
    assert f"Task failed ELB health checks in (target-group {account.group})" in reasons
    assert any("Health checks failed with these codes: [500]" in it for it in account.messages())


def test_without_rollback_a_failed_deployment_stays_failed(account: Any) -> None:
    account.serve("1.0.0", rollback=False)
    deployment = account.deploy("1.4.0-crash")
    account.advance(10)
    assert deployment.status == "STOPPED"
    assert account.service.primary.state == "FAILED"
    assert running(account) == {"1.0.0": 2}
    assert [each.status for each in account.service.rollouts] == ["PRIMARY", "ACTIVE"]


def test_without_a_breaker_a_crashing_release_goes_on_for_ever(account: Any) -> None:
    account.serve("1.0.0", breaker=False)
    deployment = account.deploy("1.4.0-crash")
    account.advance(30)
    assert deployment.status == "IN_PROGRESS"
    assert account.service.primary.failed > 3


def test_a_task_that_never_answers_is_unhealthy_after_its_grace_period(account: Any) -> None:
    account.serve()
    task = account.service.tasks[0]
    task.target.state = "initial"
    task.started -= timedelta(seconds=60)
    scheduler.reconcile(account.world.fleet, account.service)
    assert task.stop.code == "ServiceSchedulerInitiated"


@pytest.mark.parametrize(("minimum", "maximum"), [(50, 100), (0, 100), (100, 150)])
def test_a_deployment_keeps_to_its_percentages(account: Any, minimum: int, maximum: int) -> None:
    service = account.serve("1.0.0", desired=4)
    service.configuration |= {"minimumHealthyPercent": minimum, "maximumPercent": maximum}
    account.deploy("1.1.0")
    most, least = 0, 99
    while account.service.deployment.in_flight:
        account.advance()
        most = max(most, sum(task.live for task in service.tasks))
        least = min(least, sum(task.healthy for task in service.tasks))
    assert running(account) == {"1.1.0": 4}
    assert most <= 4 * maximum / 100
    assert least >= 4 * minimum / 100
