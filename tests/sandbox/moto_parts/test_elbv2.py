"""Target health follows the tasks."""

from __future__ import annotations

from typing import Any


def health(account: Any) -> dict[str, str]:
    answer = account.client("elbv2").describe_target_health(TargetGroupArn=account.group)
    return {
        it["Target"]["Id"]: it["TargetHealth"]["State"] for it in answer["TargetHealthDescriptions"]
    }


def test_targets_are_the_tasks_at_their_addresses(account: Any) -> None:
    service = account.serve()
    assert health(account) == {task.address: "healthy" for task in service.tasks}


def test_a_sick_task_is_unhealthy_and_says_why(account: Any) -> None:
    service = account.serve()
    task = service.tasks[0]
    task.process.healthy = False
    for _ in range(3):
        task.target.observe(task.process.check(), account.world.pace)
    answer = account.client("elbv2").describe_target_health(
        TargetGroupArn=account.group, Targets=[{"Id": task.address, "Port": 8501}]
    )
    (it,) = answer["TargetHealthDescriptions"]
    assert it["TargetHealth"] == {
        "State": "unhealthy",
        "Reason": "Target.ResponseCodeMismatch",
        "Description": "Health checks failed with these codes: [500]",
    }


def test_a_stopping_task_drains_first(account: Any) -> None:
    account.serve().set_desired(1)
    account.advance(0.6)
    assert sorted(health(account).values()) == ["draining", "healthy"]
    account.settle()
    assert list(health(account).values()) == ["healthy"]


def test_a_target_that_is_no_task_is_answered_by_moto(account: Any) -> None:
    client = account.client("elbv2")
    client.register_targets(TargetGroupArn=account.group, Targets=[{"Id": "10.9.9.9", "Port": 1}])
    assert "10.9.9.9" in health(account)
