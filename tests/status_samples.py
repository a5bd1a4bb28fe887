"""A small whole status to start a test from."""

from __future__ import annotations

from samples import BEGAN, arn, service

from opsctl.aws.ecs import Service
from opsctl.aws.load_balancer import TargetHealth
from opsctl.aws.tasks import Task
from opsctl.reports.status import Status


def task(number: int, *, status: str = "RUNNING", health: str = "HEALTHY") -> Task:
    """The task at 10.0.0.NUMBER."""
    return Task(
        arn=f"arn:aws:ecs:eu-west-1:123456789012:task/c/{number:032x}",
        task_definition=arn(3),
        status=status,
        desired="RUNNING",
        health=health,
        started_by="ecs-svc/1",
        created=BEGAN,
        started=BEGAN,
        stopped=None,
        stop_code="",
        stopped_reason="",
        containers=(),
        address=f"10.0.0.{number}",
    )


def found(*tasks: Task, it: Service | None = None, **parts: object) -> Status:
    """A healthy service; the target of the first task is healthy, that of the second is not."""
    targets = (TargetHealth("10.0.0.1:8501", "healthy", "", ""), _sick("10.0.0.2:8501"))
    known: dict[str, object] = {
        "verdict": "healthy",
        "problems": (),
        "notices": (),
        "unknown": (),
        "service": it or service(),
        "image": "app:1",
        "deployment": None,
        "tasks": tasks,
        "stopped": (),
        "targets": targets,
        "endpoint": None,
        "alarms": (),
        "bounds": None,
        "activities": (),
        "last_change": None,
        "lock": None,
    }
    return Status(**{**known, **parts})  # type: ignore[arg-type]


def _sick(target: str) -> TargetHealth:
    return TargetHealth(target, "unhealthy", "Target.Timeout", "Request timed out")
