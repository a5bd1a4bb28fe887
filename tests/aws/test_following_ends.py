"""Following a deployment through answers of AWS that the emulator does not give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from opsctl import errors
from opsctl.aws.deployments import Deployment
from opsctl.aws.ecs import Rollout, Service
from opsctl.aws.following import Following
from opsctl.aws.tasks import Container, Task
from opsctl.plan import Json, Progress

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
OURS, THEIRS = "arn:task-definition/caption:8", "arn:task-definition/caption:9"
SUBJECT: dict[str, Json] = {
    "deployment": "ecs-svc/1",
    "task_definition": OURS,
    "created": NOW.isoformat(),
}
NO_HISTORY = errors.NotFound("no service deployments here")
NO_HISTORY.aws_code = "UnsupportedFeatureException"  # type: ignore[attr-defined]


def rollout(serves: str = OURS, **other: Any) -> Rollout:
    known: dict[str, Any] = {
        "id": "ecs-svc/1",
        "status": "PRIMARY",
        "desired": 2,
        "running": 2,
        "pending": 0,
        "failed": 0,
        "state": "",
        "reason": "",
        "created": NOW,
    }
    return Rollout(task_definition=serves, **{**known, **other})


def service(*rollouts: Rollout, circuit_breaker: bool = False) -> Service:
    return Service(
        arn="arn:s",
        name="s",
        cluster="c",
        task_definition=rollouts[0].task_definition,
        controller="ECS",
        desired=2,
        running=2,
        pending=0,
        rollouts=rollouts,
        links=(),
        circuit_breaker=circuit_breaker,
        rolls_back=False,
    )


def deployment(status: str, **other: Any) -> Deployment:
    known: dict[str, Any] = {"reason": "", "task_definition": OURS, "created": NOW}
    return Deployment("arn:d", status, digests=(), serves="", finished=None, **{**known, **other})


def crashed(created: datetime = NOW) -> Task:
    container = Container("app", "STOPPED", 1, "", "")
    return Task(
        "arn:task/t",
        OURS,
        "STOPPED",
        "STOPPED",
        "",
        "",
        created,
        None,
        created,
        "EssentialContainerExited",
        "Essential container in task exited",
        (container,),
    )


def following(
    *services: Service,
    history: Sequence[Deployment] | errors.OpsctlError = NO_HISTORY,
    stopped: Sequence[Task] = (),
) -> Following:
    """Following with what AWS answers: each service in turn, the last one repeatedly; a history,
    or the error in its place; the stopped tasks."""
    answers = list(services)

    def found(*_: Any, **__: Any) -> Sequence[Deployment]:
        if isinstance(history, errors.OpsctlError):
            raise history
        return history

    def unknown(*_: Any) -> None:
        raise errors.NotFound("no such revision")

    aws = SimpleNamespace(
        target=SimpleNamespace(env="prod"),
        ecs=SimpleNamespace(service=lambda *_: answers.pop(0) if answers[1:] else answers[0]),
        deployments=SimpleNamespace(history=found, described=found),
        tasks=SimpleNamespace(of_service=lambda *_, **__: tuple(stopped)),
        task_definitions=SimpleNamespace(revision=unknown),
        cloudtrail=SimpleNamespace(latest=lambda *_, **__: None),
    )
    return Following(aws)  # type: ignore[arg-type]


def look(it: Following) -> Progress:
    return it.deployment("c", "s", SUBJECT)


def test_a_success_that_is_no_longer_live_is_superseded() -> None:
    succeeded = [deployment("SUCCESSFUL")]
    assert look(following(service(rollout()), history=succeeded)).done
    with pytest.raises(errors.NotVerified, match="took the place"):
        look(following(service(rollout(THEIRS)), history=succeeded))


@pytest.mark.parametrize(
    "other",
    [
        deployment("SUCCESSFUL", task_definition=THEIRS),
        deployment("SUCCESSFUL", created=NOW - timedelta(minutes=2)),
    ],
    ids=["of another revision", "of another moment"],
)
def test_a_deployment_of_somebody_else_is_not_taken_for_ours(other: Deployment) -> None:
    under_way = service(rollout(running=1, pending=1))
    assert not look(following(under_way, history=[other])).done


def test_the_third_final_failure_gives_the_deployment_up() -> None:
    under_way = service(rollout(running=0, pending=2))
    assert not look(following(under_way, stopped=[crashed()] * 2)).done
    with pytest.raises(errors.StepFailed, match="will not succeed"):
        look(following(under_way, stopped=[crashed()] * 3))


def test_where_the_circuit_breaker_ends_it_nothing_is_given_up() -> None:
    under_way = service(rollout(running=0, pending=2), circuit_breaker=True)
    assert not look(following(under_way, stopped=[crashed()] * 9)).done


def test_tasks_that_failed_before_the_deployment_are_no_failure_of_it() -> None:
    under_way = service(rollout(running=0, pending=2))
    earlier = crashed(NOW - timedelta(minutes=5))
    assert look(following(under_way, stopped=[earlier] * 3)).lines == ()


def test_without_a_state_it_is_done_when_no_other_rollout_is_left() -> None:
    former = rollout(THEIRS, id="ecs-svc/0", status="ACTIVE")
    assert not look(following(service(rollout(), former))).done
    assert look(following(service(rollout()))).done


def test_a_rollout_that_failed_is_rolled_back_with_the_reason_of_aws() -> None:
    failed = rollout(status="ACTIVE", state="FAILED", reason="tasks failed to start")
    with pytest.raises(errors.RolledBack, match="tasks failed to start"):
        look(following(service(rollout(THEIRS, id="ecs-svc/2"), failed)))


def test_a_stopped_deployment_may_have_been_superseded_since_the_first_look() -> None:
    newer = rollout(id="ecs-svc/2", created=NOW + timedelta(seconds=9))
    stopped = [deployment("STOPPED", reason="by ana")]
    with pytest.raises(errors.NotVerified, match="took the place"):
        look(following(service(rollout()), service(newer), history=stopped))
    with pytest.raises(errors.StepFailed, match="by ana"):
        look(following(service(rollout()), history=stopped))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("SUCCESSFUL", errors.NotVerified),
        ("STOPPED", errors.StepFailed),
        ("ROLLBACK_FAILED", errors.StepFailed),
    ],
)
def test_a_rollback_that_did_not_happen_is_not_waited_for(
    status: str, kind: type[errors.OpsctlError]
) -> None:
    with pytest.raises(kind):
        following(service(rollout()), history=[deployment(status)]).rollback("c", "s", "arn:d")
