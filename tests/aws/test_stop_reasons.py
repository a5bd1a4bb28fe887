"""Why tasks stop: each reason that AWS gives, told in words."""

from __future__ import annotations

import pytest

from opsctl.aws.stop_reasons import cause_of, causes, event_cause
from opsctl.aws.tasks import Container, Task


def task(reason: str, *, code: int | None = None, detail: str = "", stop: str = "x") -> Task:
    container = Container("app", "STOPPED", code, detail, "")
    return Task(
        arn="arn:task/c/abc",
        task_definition="arn",
        status="STOPPED",
        desired="STOPPED",
        health="",
        started_by="",
        created=None,
        started=None,
        stopped=None,
        stop_code=stop,
        stopped_reason=reason,
        containers=(container,),
    )


@pytest.mark.parametrize(
    ("reason", "detail", "code", "kind"),
    [
        (
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to "
            "resolve ref r/i:9: r/i:9: not found",
            "",
            None,
            "image not found",
        ),
        ("CannotPullContainerError: dial tcp: i/o timeout", "", None, "image cannot be pulled"),
        (
            "ResourceInitializationError: unable to pull secrets or registry auth: execution "
            "resource retrieval failed: unable to retrieve secret from asm: retrieved secret from "
            "Secrets Manager did not contain json key hf_api_key",
            "",
            None,
            "secret key missing",
        ),
        (
            "ResourceInitializationError: unable to pull secrets: secretsmanager: "
            "ResourceNotFoundException: can't find the specified secret",
            "",
            None,
            "secret not readable",
        ),
        ("Essential container in task exited", "", 1, "exits at start"),
        ("Essential container in task exited", "OutOfMemoryError: killed", 137, "out of memory"),
        # Nothing but the signal is known: whoever sent it, it need not have been for memory.
        ("Essential container in task exited", "", 137, "killed"),
        ("Task failed ELB health checks in (target-group arn:x)", "", None, "failing health check"),
        ("Task failed container health checks", "", None, "failing health check"),
        # Stopped for its health, and killed because it did not end by itself.
        ("Task failed ELB health checks in (target-group arn:x)", "", 137, "failing health check"),
        ("exec format error", "", 255, "wrong architecture"),
        ("Capacity is unavailable at this time.", "", None, "no capacity"),
        ("something new", "", None, "task stopped"),
    ],
)
def test_each_reason_is_recognised(reason: str, detail: str, code: int | None, kind: str) -> None:
    cause = cause_of(task(reason, detail=detail, code=code))
    assert cause
    assert cause.kind == kind
    assert cause.mend
    assert cause.task == "abc"
    assert cause.container == "app"


@pytest.mark.parametrize(
    "reason",
    ["Scaling activity initiated by (deployment ecs-svc/1)", "Task stopped by user", ""],
)
def test_an_ordinary_end_is_no_failure(reason: str) -> None:
    assert cause_of(task(reason, stop="" if not reason else "ServiceSchedulerInitiated")) is None


def test_a_place_that_comes_back_by_itself_is_not_final() -> None:
    found = causes([task("Capacity is unavailable at this time."), task("x", code=1)])
    assert [it.final for it in found] == [False, True]


def test_only_a_placement_failure_is_read_from_the_events() -> None:
    assert event_cause("(service s) was unable to place a task because no instance met it.")
    assert event_cause("(service s) has reached a steady state.") is None
