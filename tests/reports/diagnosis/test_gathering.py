"""The evidence, read from the emulator: what each question reads, and what may fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.reports.diagnosis import gathering
from opsctl.reports.diagnosis.gathering import Question
from opsctl.sandbox.metrics import Metrics

if TYPE_CHECKING:
    from opsctl.sandbox.emulator import Emulator


@pytest.fixture
def aws(emulator: Emulator, local: Aws) -> Aws:
    """The emulator with its user pool configured, and metrics written."""
    names = emulator.world.names
    Metrics(emulator.world).write()
    return Aws(
        replace(local.target, user_pool=names.user_pool, user_pool_client=names.user_pool_client)
    )


def asked(emulator: Emulator, kind: str, user: str = "") -> Question:
    now: datetime = emulator.world.clock()
    return Question(kind, now - timedelta(minutes=10), now, user)


def test_everything_is_read_at_once_and_nothing_is_unknown(emulator: Emulator, aws: Aws) -> None:
    evidence, looks = gathering.gather(aws, asked(emulator, "all"))
    assert [it for it in looks.unknown if "nobody sent a request" not in it] == []
    assert evidence.service is not None
    assert evidence.service.desired == 2
    assert [it.state for it in evidence.targets or ()] == ["healthy", "healthy"]
    assert len(evidence.alarms or ()) == 4
    assert evidence.client is not None
    assert evidence.client.confidential
    assert evidence.bounds is not None
    assert evidence.numbers["targets_healthy"].latest == 2
    assert (evidence.errors, evidence.refused, evidence.disabled) == (None, None, ())


@pytest.mark.parametrize(
    ("kind", "read", "left_out"),
    [
        ("errors", {"ListTasks", "FilterLogEvents"}, {"ListUsers", "DescribeAlarms"}),
        ("latency", {"DescribeScalingActivities", "FilterLogEvents"}, {"DescribeUserPool"}),
        ("auth", {"DescribeUserPoolClient", "ListUsers"}, {"ListTasks", "DescribeAlarms"}),
        ("throttling", {"GetMetricData", "DescribeTable"}, {"ListTasks", "FilterLogEvents"}),
    ],
)
def test_each_question_reads_what_it_needs_and_no_more(
    kind: str, read: set[str], left_out: set[str], emulator: Emulator, aws: Aws
) -> None:
    gathering.gather(aws, asked(emulator, kind))
    operations = {it.operation for it in aws.requests}
    assert read <= operations
    assert not left_out & operations
    assert not any(it.mutating for it in aws.requests)


def test_a_user_is_looked_for_and_nobody_is_an_answer(emulator: Emulator, aws: Aws) -> None:
    evidence, _ = gathering.gather(aws, asked(emulator, "auth", "alice"))
    assert evidence.user is not None
    assert (evidence.user.status, evidence.user.enabled) == ("CONFIRMED", True)
    evidence, _ = gathering.gather(aws, asked(emulator, "auth", "zoe"))
    assert (evidence.user, evidence.no_such_user) == (None, True)


def test_a_missing_permission_is_unknown_and_spoils_nothing_else(
    emulator: Emulator, aws: Aws
) -> None:
    emulator.front.faults.add({"operation": "DescribeAlarms", "code": "AccessDeniedException"})
    try:
        evidence, looks = gathering.gather(aws, asked(emulator, "all"))
    finally:
        emulator.front.faults.clear()
    assert evidence.alarms is None
    assert evidence.service is not None
    assert any(it.startswith("alarms: ") for it in looks.unknown)
    assert "alarms" not in looks.examined


def test_what_aws_throttles_is_told_apart(emulator: Emulator, aws: Aws) -> None:
    emulator.front.faults.add({"operation": "DescribeTargetHealth", "code": "Throttling"})
    try:
        evidence, looks = gathering.gather(aws, asked(emulator, "throttling"))
    finally:
        emulator.front.faults.clear()
    assert evidence.throttled == ("targets",)
    assert "targets: AWS throttles" in looks.unknown


def test_a_service_that_is_not_there_is_an_error_and_no_diagnosis(
    emulator: Emulator, aws: Aws
) -> None:
    elsewhere = Aws(replace(aws.target, service="nothing"))
    with pytest.raises(errors.NotFound, match="nothing"):
        gathering.gather(elsewhere, asked(emulator, "errors"))


def test_without_any_permission_the_first_refusal_is_told(emulator: Emulator, aws: Aws) -> None:
    emulator.front.faults.add({"code": "AccessDeniedException", "status": 403})
    blind = Aws(replace(aws.target, app_url=""))
    try:
        with pytest.raises(errors.NoAccess):
            gathering.gather(blind, asked(emulator, "throttling"))
    finally:
        emulator.front.faults.clear()


def test_a_part_of_aws_that_is_away_leaves_the_others_to_tell(emulator: Emulator, aws: Aws) -> None:
    emulator.front.faults.add({"operation": "GetMetricData", "kind": "cut"})
    try:
        evidence, looks = gathering.gather(aws, asked(emulator, "all"))
    finally:
        emulator.front.faults.clear()
    assert evidence.unanswered == ("metrics",)
    assert any(it.startswith("metrics: ") for it in looks.unknown)
    assert evidence.service is not None
    assert evidence.alarms


def test_where_nothing_of_aws_answers_it_is_no_diagnosis(emulator: Emulator, aws: Aws) -> None:
    emulator.front.faults.add({"kind": "cut"})
    try:
        with pytest.raises(errors.Unreachable):
            gathering.gather(aws, asked(emulator, "errors"))
    finally:
        emulator.front.faults.clear()


def test_what_cannot_be_a_users_name_is_no_diagnosis(emulator: Emulator, aws: Aws) -> None:
    with pytest.raises(errors.UsageProblem):
        gathering.gather(aws, asked(emulator, "auth", "a b"))


def test_a_pool_or_client_that_is_gone_is_said(emulator: Emulator, aws: Aws) -> None:
    for field, name in (("user_pool", "us-east-1_gone"), ("user_pool_client", "gone")):
        other = Aws(replace(aws.target, **{field: name}))  # type: ignore[arg-type]
        evidence, _ = gathering.gather(other, asked(emulator, "auth"))
        assert name in evidence.gone


def test_a_target_without_a_pool_is_not_examined_for_one(emulator: Emulator, aws: Aws) -> None:
    _, looks = gathering.gather(Aws(replace(aws.target, user_pool="")), asked(emulator, "auth"))
    assert "user pool: opsctl.toml names none" in looks.unknown
