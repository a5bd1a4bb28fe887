"""Evidence of a service that is well, for rules to be tested against what is changed in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from samples import arn, deployment, service

from opsctl.aws.app_clients import AppClient, ClientSecret
from opsctl.aws.autoscaling import Bounds
from opsctl.aws.cloudwatch import Alarm
from opsctl.aws.cognito_users import User
from opsctl.aws.endpoint import Answer
from opsctl.aws.load_balancer import TargetHealth
from opsctl.aws.metrics import Point, Series
from opsctl.aws.tasks import Container, Task
from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.log_lines import Lines

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SINCE = NOW - timedelta(hours=1)


def ago(minutes: float) -> datetime:
    """A moment before NOW."""
    return NOW - timedelta(minutes=minutes)


def series(name: str, values: Mapping[float, float], unit: str = "") -> Series:
    """Minutes ago → the value of the minute that began then."""
    points = sorted((Point(ago(minutes), value) for minutes, value in values.items()),
                    key=lambda it: it.at)  # fmt: skip
    return Series(name, unit, tuple(points))


def numbers(**values: Mapping[float, float]) -> dict[str, Series]:
    """Series by name; two underscores stand for a colon, three for an at sign."""
    names = {name: name.replace("___", "@").replace("__", ":") for name in values}
    return {names[name]: series(names[name], it) for name, it in values.items()}


def steady(value: float, minutes: float = 10) -> dict[float, float]:
    """The same value each minute up to now."""
    return {float(it): value for it in range(1, int(minutes) + 1)}


WELL_NUMBERS = numbers(
    requests=steady(100, 60),
    target_5xx={},
    balancer_5xx={},
    latency_p50=steady(0.02, 60),
    latency_p99=steady(0.2, 60),
    cpu=steady(20, 60),
    memory=steady(30, 60),
    read_throttles={},
    write_throttles={},
    sign_ins=steady(2, 60),
    sign_ins_done=steady(2, 60),
)


def task(minutes: float | None = None, **changes: Any) -> Task:
    """A running task; with `minutes`, one that was killed so long ago."""
    made = Task(
        arn="arn:aws:ecs:eu-west-1:123456789012:task/c/abc",
        task_definition=arn(3),
        status="RUNNING",
        desired="RUNNING",
        health="HEALTHY",
        started_by="ecs-svc/1",
        created=ago(600),
        started=ago(599),
        stopped=None,
        stop_code="",
        stopped_reason="",
        containers=(Container("app", "RUNNING", None, "", ""),),
    )
    if minutes is None:
        return replace(made, **changes)
    stopped = replace(
        made,
        status="STOPPED",
        desired="STOPPED",
        stopped=ago(minutes),
        stop_code="EssentialContainerExited",
        stopped_reason="Essential container in task exited",
        containers=(Container("app", "STOPPED", 137, "", ""),),
    )
    return replace(stopped, **changes)


def well(**changes: Any) -> Evidence:
    """A service that is well, but for what is changed; `numbers` are put over the well ones."""
    changes["numbers"] = {**WELL_NUMBERS, **changes.get("numbers", {})}
    made = Evidence(
        since=SINCE,
        until=NOW,
        service=service(),
        tasks=(task(), task()),
        stopped=(),
        targets=(TargetHealth("10.0.0.1:8501", "healthy", "", ""),) * 2,
        health=Answer("http://x/_stcore/health", True, 200, "HTTP 200", 5.0),
        deployments=(deployment(created=ago(6000), finished=ago(5997)),),
        alarms=(Alarm("high-error-rate", "OK", ago(6000), "", True),),
        bounds=Bounds(2, 6),
        activities=(),
        client=AppClient("c", "app", True, ("ALLOW_USER_PASSWORD_AUTH",), (secret(90),)),
        disabled=(),
        looks=15,
    )
    return replace(made, **changes)


def secret(days: float) -> ClientSecret:
    """A client secret of that age."""
    return ClientSecret(f"s{days}", ago(days * 1440))


def user(enabled: bool = True, status: str = "CONFIRMED") -> User:
    """Somebody."""
    return User("6f0c2a58-9a0e-4c39-b8f1-2f4d4f3a9c11", "alice", enabled, status)


def lines(messages: Sequence[tuple[str, int]], first: float = 5, last: float = 1) -> Lines:
    """Lines of the log; `first` and `last` are minutes ago."""
    return Lines(sum(n for _, n in messages), ago(first), ago(last), tuple(messages))
