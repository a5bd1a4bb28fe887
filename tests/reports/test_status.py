"""Status: the verdict, and what it rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from samples import BEGAN, deployment, service

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.autoscaling import Bounds
from opsctl.aws.cloudwatch import Alarm
from opsctl.aws.endpoint import Answer
from opsctl.aws.load_balancer import TargetHealth
from opsctl.journal import Journal
from opsctl.journal.incidents import Incidents
from opsctl.lock import Lock
from opsctl.reports import status
from opsctl.reports.alarms import AlarmStatus
from opsctl.reports.blocked_ips import Block
from opsctl.reports.status import Status
from opsctl.reports.strain import Strain
from opsctl.state import LocalStore

if TYPE_CHECKING:
    from opsctl.sandbox.emulator import Emulator

HEALTHY = Status(
    verdict="",
    problems=(),
    notices=(),
    unknown=(),
    service=service(),
    image="image-caption-gen:1.2.0",
    deployment=deployment(),
    tasks=(),
    stopped=(),
    targets=(TargetHealth("10.0.0.1:8501", "healthy", "", ""),) * 2,
    endpoint=Answer("http://x/health", True, 200, "HTTP 200", 3.0),
    alarms=(Alarm("a", "OK", BEGAN, "", True),),
    bounds=Bounds(2, 6),
    activities=(),
    last_change=None,
    lock=None,
)


def judged(**changes: object) -> Status:
    return status.judged(replace(HEALTHY, **changes))  # type: ignore[arg-type]


def test_a_healthy_service_is_healthy_and_has_nothing_to_say() -> None:
    found = judged()
    assert (found.verdict, found.problems, found.notices) == ("healthy", (), ())


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"service": service(desired=0, running=0)}, "scaled to 0"),
        ({"service": service(running=0)}, "no task is running"),
        ({"service": service(running=1)}, "only 1 of 2"),
        ({"targets": ()}, "no healthy target"),
        ({"targets": (TargetHealth("t", "unhealthy", "r", "codes: [500]"),)}, "codes: [500]"),
        ({"endpoint": Answer("u", False, 500, "HTTP 500", 1.0)}, "health endpoint: HTTP 500"),
        ({"alarms": (Alarm("loud", "ALARM", BEGAN, "5 > 1", True),)}, "alarm loud: 5 > 1"),
    ],
)
def test_each_thing_that_is_wrong_makes_it_unhealthy(
    changes: dict[str, object], problem: str
) -> None:
    found = judged(**changes)
    assert found.verdict == "unhealthy"
    assert any(problem in it for it in found.problems), found.problems


def test_a_deployment_under_way_is_told_and_fewer_tasks_are_then_no_problem() -> None:
    found = judged(deployment=deployment(4, "IN_PROGRESS"), service=service(running=1))
    assert (found.verdict, found.problems) == ("deploying", ())


def test_a_failed_deployment_is_a_notice_since_the_former_release_serves() -> None:
    found = judged(deployment=deployment(4, "ROLLBACK_SUCCESSFUL"))
    assert found.verdict == "healthy"
    assert "ROLLBACK_SUCCESSFUL" in found.notices[0]


def test_no_alarm_at_all_is_a_notice_and_not_a_comfort() -> None:
    assert "no alarm is known" in judged(alarms=()).notices[0]
    assert judged(alarms=(), unknown=("alarms: not allowed",)).notices == ()


def test_suspended_autoscaling_is_a_notice() -> None:
    assert "suspended" in judged(bounds=Bounds(2, 6, ("Scheduled",))).notices[0]


def test_it_is_gathered_from_the_live_service(local: Aws, tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    found = status.gather(local, Journal(store, "local"), Lock(store, "local"))
    assert found.verdict == "healthy"
    assert found.image == "image-caption-gen:1.2.0"
    assert len(found.tasks) == 2
    assert len(found.targets) == 2
    assert found.bounds
    assert found.alarms
    assert found.lock is None
    assert store.names("") == [], "a report writes nothing"


def test_a_read_waits_for_another_only_where_that_one_names_it(
    local: Aws, emulator: Emulator, tmp_path: Path
) -> None:
    store = LocalStore(tmp_path)
    # Once before, so that every client is there and no call waits for one to be made.
    status.gather(local, Journal(store, "local"), Lock(store, "local"))
    emulator.front.calls.clear()
    emulator.front.faults.add({"latency": 0.5})
    try:
        status.gather(local, Journal(store, "local"), Lock(store, "local"))
    finally:
        emulator.front.faults.clear()
    calls = emulator.front.calls.listed()
    assert len(calls) >= 12
    ended_first = min(call["at"] + call["took"] for call in calls)
    waited = sorted(call["operation"] for call in calls if call["at"] >= ended_first)
    assert waited == [
        "DescribeImages",
        "DescribeServiceDeployments",
        "DescribeServiceRevisions",
        "DescribeTargetHealth",
        "DescribeTasks",
    ]


def test_the_image_is_that_of_the_live_revision_and_not_of_the_newest(local: Aws) -> None:
    family = local.target.family
    live, newest = (local.task_definitions.revision(f"{family}:{n}") for n in (2, 3))
    assert status._image(local, live.arn, newest) == "image-caption-gen:1.1.0"
    assert status._image(local, newest.arn, newest) == "image-caption-gen:1.2.0"
    assert status._image(local, newest.arn, None) == "image-caption-gen:1.2.0"


@pytest.mark.parametrize(
    ("operation", "part"),
    [
        ("ListTasks", "tasks"),
        ("ListServiceDeployments", "deployments"),
        ("DescribeAlarms", "alarms"),
        ("DescribeTaskDefinition", "image"),
    ],
)
def test_what_aws_throttles_leaves_the_rest_to_see_and_is_no_health(
    local: Aws, emulator: Emulator, tmp_path: Path, operation: str, part: str
) -> None:
    store = LocalStore(tmp_path)
    emulator.front.faults.add({"operation": operation, "code": "ThrottlingException"})
    try:
        found = status.gather(local, Journal(store, "local"), Lock(store, "local"))
    finally:
        emulator.front.faults.clear()
    assert found.verdict == "unhealthy"
    assert found.problems == (f"AWS does not answer for: {part}",)
    assert [it.partition(":")[0] for it in found.unknown] == [part]
    assert found.notices == (), "not looked at is not the same as none"
    assert len(found.targets) == 2


def test_tasks_that_may_not_be_read_leave_the_rest_to_see(
    local: Aws, emulator: Emulator, tmp_path: Path
) -> None:
    store = LocalStore(tmp_path)
    emulator.front.faults.add({"operation": "DescribeTasks", "code": "AccessDeniedException"})
    try:
        found = status.gather(local, Journal(store, "local"), Lock(store, "local"))
    finally:
        emulator.front.faults.clear()
    assert (found.verdict, found.tasks) == ("healthy", ())
    assert [it.partition(":")[0] for it in found.unknown] == ["tasks"]


class Answering:
    """An endpoint that is well."""

    def health(self) -> Answer:
        return Answer("http://x/health", True, 200, "HTTP 200", 3.0)


def test_without_the_service_there_is_no_screen_and_its_health_endpoint_is_told_all_the_same(
    local: Aws, emulator: Emulator, tmp_path: Path
) -> None:
    store, aws = LocalStore(tmp_path), Aws(local.target)
    vars(aws)["endpoint"] = Answering()
    emulator.front.faults.add({"code": "ThrottlingException"})
    try:
        with pytest.raises(errors.Unreachable) as caught:
            status.gather(aws, Journal(store, "local"), Lock(store, "local"))
    finally:
        emulator.front.faults.clear()
    assert "DescribeServices" in caught.value.message
    assert "Its health endpoint was asked: HTTP 200, http://x/health" in caught.value.hint


def test_an_open_incident_is_told(local: Aws, tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    incidents = Incidents(store, "local")
    begun = incidents.start("errors", "sev2")
    asked = (local, Journal(store, "local"), Lock(store, "local"), incidents)
    assert status.gather(*asked).incident == begun
    incidents.close("over")
    assert status.gather(*asked).incident is None


def test_a_block_that_is_over_is_a_notice_with_the_command_that_ends_it() -> None:
    over = Block("203.0.113.7/32", BEGAN, True)
    (notice,) = judged(expired_blocks=(over,)).notices
    assert "203.0.113.7/32" in notice
    assert "unblock-ip --expired" in notice


SILENCED = AlarmStatus(
    "loud", "metric", "ALARM", BEGAN, "5 > 1", True, BEGAN, "arn:aws:iam::1:user/alice"
)


def test_a_silenced_alarm_that_rings_is_unhealthy_all_the_same_and_says_until_when() -> None:
    loud = Alarm("loud", "ALARM", BEGAN, "5 > 1", True)
    found = judged(alarms=(loud,), silences=(SILENCED,))
    assert found.verdict == "unhealthy"
    assert found.problems == ("alarm loud: 5 > 1 (silenced until 11-23 12:00 UTC, alice)",)
    assert found.notices == ()


def test_an_overdue_silence_is_a_notice_with_the_command_that_ends_it() -> None:
    overdue = replace(SILENCED, actions_enabled=False, overdue=True)
    found = judged(silences=(overdue,))
    assert found.verdict == "healthy"
    assert "still off: loud (opsctl alarms unsilence --expired)" in found.notices[0]


def test_what_silences_an_alarm_is_gathered(
    local: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    aws, store = Aws(local.target), LocalStore(tmp_path)
    cpu, slow = (f"image-caption-gen-{it}-local" for it in ("cpu-high", "high-latency"))
    until = (aws.alarm_actions.now() + timedelta(minutes=30)).replace(microsecond=0)
    with aws.changing():
        aws.alarm_actions.disable([cpu], until.isoformat(), "arn:who", "")
        aws.client("cloudwatch").disable_alarm_actions(AlarmNames=[slow])
    try:
        found = status.gather(aws, Journal(store, "local"), Lock(store, "local"))
    finally:
        with aws.changing():
            aws.client("cloudwatch").enable_alarm_actions(AlarmNames=[cpu, slow])
    assert [(it.name, it.silenced_until, it.off_by_others) for it in found.silences] == [
        (cpu, until, False),
        (slow, None, True),
    ]


def test_rules_that_may_not_be_read_leave_the_rest_to_see(
    local: Aws, emulator: Emulator, tmp_path: Path
) -> None:
    store = LocalStore(tmp_path)
    emulator.front.faults.add({"operation": "ListAlarmMuteRules", "code": "AccessDenied"})
    try:
        found = status.gather(local, Journal(store, "local"), Lock(store, "local"))
    finally:
        emulator.front.faults.clear()
    assert found.alarms
    assert any(it.startswith("mute rules: ") for it in found.unknown)


def test_what_it_suffers_from_although_it_serves_is_a_notice() -> None:
    found = judged(strain=Strain(sign_ins=4, failed_sign_ins=4))
    assert found.verdict == "healthy"
    assert any("sign-ins failed" in it for it in found.notices)
