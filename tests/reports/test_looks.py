"""Looks: one that fails is told, and spoils no other."""

from __future__ import annotations

import pytest

from opsctl import errors
from opsctl.reports.looks import Looks


def failing(error: errors.OpsctlError) -> tuple[()]:
    raise error


def test_what_may_not_be_read_is_unknown_and_the_rest_is_shown() -> None:
    looks = Looks()
    refused = errors.NoAccess("cloudwatch:DescribeAlarms is not allowed")
    assert looks.at("alarms", lambda: failing(refused), ()) == ()
    assert looks.at("tasks", lambda: (1,), ()) == (1,)
    assert looks.unknown == ["alarms: cloudwatch:DescribeAlarms is not allowed"]
    assert looks.unanswered == []


def test_what_aws_does_not_answer_is_named_beside_that() -> None:
    looks = Looks()
    throttled = errors.Unreachable("ecs:ListTasks: AWS throttles")
    assert looks.at("tasks", lambda: failing(throttled), None) is None
    assert looks.unknown == ["tasks: ecs:ListTasks: AWS throttles"]
    assert looks.unanswered == ["tasks"]


def test_an_operation_that_there_is_not_is_nothing_to_tell() -> None:
    looks, missing = Looks(), errors.OpsctlError("no")
    missing.aws_code = "UnsupportedFeatureException"  # type: ignore[attr-defined]
    assert looks.at("deployments", lambda: failing(missing), ()) == ()
    assert looks.unknown == []


def test_every_other_error_is_raised() -> None:
    with pytest.raises(errors.NotFound):
        Looks().at("tasks", lambda: failing(errors.NotFound("no such cluster")), ())
