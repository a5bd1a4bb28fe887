"""The diagnosis: the right cause first, quiet when all is well, and addressed to the target."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from ill import NOW, SINCE, ago, lines, numbers, secret, steady, task, well
from incident_samples import run
from samples import deployment, service

from opsctl.aws import Aws
from opsctl.aws.app_clients import AppClient
from opsctl.aws.cloudwatch import Alarm
from opsctl.aws.endpoint import Answer
from opsctl.journal import Journal
from opsctl.journal.runs import RunRecord
from opsctl.reports import diagnosis
from opsctl.reports.diagnosis import Diagnosis, Question
from opsctl.reports.diagnosis.changes import Change
from opsctl.reports.diagnosis.gathering import Looks

if TYPE_CHECKING:
    from opsctl.sandbox.emulator import Emulator

RINGING = (Alarm("a", "ALARM", ago(3), "9 > 5", True),)


def judged(kind: str = "all", changes: tuple[Change, ...] = (), **ill: Any) -> Diagnosis:
    looks = Looks(examined=["targets", "alarms"])
    return diagnosis.judged(well(**ill), looks, Question(kind, SINCE, NOW), changes, "prod")


def test_a_healthy_service_has_no_findings() -> None:
    found = judged()
    assert (found.findings, found.well) == ((), True)
    assert found.examined == ("alarms", "targets")


@pytest.mark.parametrize(
    ("cause", "ill"),
    [
        ("tasks-crash", {"stopped": (task(1), task(1)), "targets": (), "alarms": RINGING,
                         "health": Answer("u", False, 503, "HTTP 503", 1),
                         "service": service(running=0)}),
        ("no-room", {"service": service(desired=6, running=6), "alarms": RINGING,
                     "numbers": numbers(cpu=steady(97), latency_p50=steady(2),
                                        latency_p99=steady(3), target_5xx=steady(20))}),
        ("table-throttled", {"numbers": numbers(read_throttles=steady(9), target_5xx=steady(20)),
                             "errors": lines([("ProvisionedThroughputExceeded", 40)])}),
        ("server-errors", {"numbers": numbers(target_5xx=steady(50), latency_p99=steady(2)),
                           "alarms": RINGING}),
        ("slow", {"numbers": numbers(latency_p99=steady(2)), "alarms": RINGING}),
        ("disabled-user-refused", {"refused": lines([("this user is disabled", 9)]),
                                   "disabled": None, "alarms": RINGING}),
        ("alarms-ringing", {"alarms": RINGING}),
        ("too-many-calls", {"throttled": ("x",) * 9, "alarms": RINGING,
                            "numbers": numbers(target_5xx=steady(50))}),
    ],
)  # fmt: skip
def test_what_causes_the_others_comes_first(cause: str, ill: dict[str, Any]) -> None:
    found = judged(**ill)
    assert found.findings[0].cause == cause
    assert not found.well


def test_what_aws_does_not_answer_is_no_health() -> None:
    found = judged(unanswered=("metrics",))
    assert [it.cause for it in found.findings] == ["no-answer"]
    assert "metrics" in found.findings[0].evidence[0]
    assert not found.well


class Kept:
    """A journal of an hour at night."""

    def since(self, _moment: datetime) -> list[RunRecord]:
        commands = ("alarms silence", "incident note", "lock release", "deploy", "scale count")
        return [run(command=it) for it in commands]


def test_who_came_to_look_after_it_did_not_make_it_ill() -> None:
    blamed = diagnosis._runs(cast(Journal, Kept()), SINCE)
    assert [it.what.partition(" (")[0] for it in blamed] == ["opsctl deploy", "opsctl scale count"]


def test_notices_come_last_and_are_no_illness() -> None:
    client = AppClient("c", "app", True, ("ALLOW_USER_PASSWORD_AUTH",), (secret(9), secret(1)))
    assert judged(client=client).well
    found = judged(client=client, alarms=RINGING)
    assert [it.severity for it in found.findings] == ["warning", "notice"]


def test_of_two_with_one_place_the_later_one_comes_first() -> None:
    sick = task(2, stopped_reason="Task failed ELB health checks in (target-group t)")
    dead = (task(1), task(1))
    found = judged(stopped=(*dead, sick, sick))
    assert [it.cause for it in found.findings] == ["tasks-crash", "tasks-fail-health-checks"]


def test_a_narrow_question_asks_its_own_rules_only() -> None:
    ill: dict[str, Any] = {"numbers": numbers(latency_p99=steady(2)), "alarms": RINGING}
    assert [it.cause for it in judged("latency", **ill).findings] == ["slow"]
    assert judged("auth", **ill).findings == ()


def test_the_next_command_names_the_environment() -> None:
    assert judged(alarms=RINGING).findings[0].next_command == "opsctl alarms list --env prod"


def test_a_deployment_just_before_is_named_and_taken_back() -> None:
    release = Change(ago(11), "deployment", "the deployment of revision 7", "opsctl rollback")
    found = judged(changes=(release,), numbers=numbers(target_5xx=steady(50)))
    assert found.findings[0].after.startswith("began 60 s after the deployment of revision 7")
    assert found.findings[0].next_command == "opsctl rollback --env prod"
    assert found.changes == (release,)


def test_what_was_rolled_back_already_is_not_rolled_back_again() -> None:
    failed = deployment(7, "ROLLBACK_SUCCESSFUL", created=ago(11))
    made, *_ = diagnosis._deployments(well(deployments=(failed,)))
    assert made.mend == ""
    assert "revision 7" in made.what


def test_the_emulator_is_well(emulator: Emulator, local: Aws) -> None:
    now = emulator.world.clock()
    question = Question("all", now - timedelta(minutes=10), now)
    found = diagnosis.gather(local, question)
    assert found.findings == ()
    assert any(it.kind == "secret" for it in found.changes)
    assert not any(it.mutating for it in local.requests)
