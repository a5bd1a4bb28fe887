"""Following a deployment by its own id: every way it can end is told apart."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.plan import Progress
from opsctl.sandbox.emulator import Emulator

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/image-caption-gen"


def release(aws: Aws, tag: str) -> dict[str, Any]:
    """Starts the deployment of a tag and answers what a plan's step would."""
    place = (aws.target.cluster, aws.target.service)
    former = aws.ecs.service(*place).task_definition
    image = aws.ecr.image("image-caption-gen", tag)
    assert image
    with aws.changing():
        return aws.ecs.release(
            *place, former, {"app": f"{REGISTRY}@{image.digest}"}, leaving=former
        )


def look(aws: Aws, subject: dict[str, Any]) -> Progress:
    return aws.following.deployment(aws.target.cluster, aws.target.service, subject)


def until_it_ends(aws: Aws, emulator: Emulator, subject: dict[str, Any]) -> list[Progress]:
    """Looks, as the runner would, until the deployment is done; what it raises is raised."""
    seen = []
    for _ in range(400):
        seen.append(look(aws, subject))
        if seen[-1].done:
            return seen
        emulator.advance(0.6)
    raise AssertionError(f"it never ended: {seen[-1]}")


@pytest.fixture(autouse=True)
def settled(emulator: Emulator) -> Any:
    yield
    emulator.settle()


def test_a_good_release_is_followed_until_it_serves(local: Aws, emulator: Emulator) -> None:
    subject = release(local, "1.3.0")
    first = look(local, subject)
    assert not first.done
    assert "in progress" in first.summary
    assert until_it_ends(local, emulator, subject)[-1].done


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("1.4.0-crash", "exits at start"),
        ("1.4.1-sick", "failing health check"),
        ("1.4.3-oom", "out of memory"),
    ],
)
def test_a_release_that_fails_ends_as_rolled_back_with_its_reason(
    local: Aws, emulator: Emulator, tag: str, kind: str
) -> None:
    former = local.ecs.service(local.target.cluster, local.target.service).task_definition
    with pytest.raises(errors.RolledBack, match=kind):
        until_it_ends(local, emulator, release(local, tag))
    emulator.settle()
    now = local.ecs.service(local.target.cluster, local.target.service)
    assert now.task_definition == former


def test_the_reason_and_the_log_are_told_before_the_deployment_has_ended(
    local: Aws, emulator: Emulator
) -> None:
    subject = release(local, "1.4.0-crash")
    told: list[str] = []
    with pytest.raises(errors.RolledBack):
        for _ in range(100):
            told += look(local, subject).lines
            emulator.advance(0.3)
    assert any("exits at start" in line for line in told)
    assert any("this release fails" in line for line in told)


def test_somebody_elses_deployment_in_its_place_is_told_as_such(
    local: Aws, emulator: Emulator
) -> None:
    mine = release(local, "1.4.2-slow")
    emulator.advance(0.3)
    theirs = release(local, "1.2.0")
    with pytest.raises(errors.NotVerified, match="took the place"):
        until_it_ends(local, emulator, mine)
    until_it_ends(local, emulator, theirs)


def test_a_stopped_deployment_is_rolled_back_and_its_rollback_can_be_followed(
    local: Aws, emulator: Emulator
) -> None:
    subject = release(local, "1.3.0")
    emulator.advance(0.3)
    place = (local.target.cluster, local.target.service)
    arn = local.deployments.history(*place, limit=1)[0].arn
    with local.changing():
        local.deployments.stop_with_rollback(arn)
    for _ in range(200):
        progress = local.following.rollback(*place, arn)
        if progress.done:
            break
        emulator.advance(0.3)
    assert progress.done
    assert "rolled back to" in progress.summary
    with pytest.raises(errors.RolledBack):
        look(local, subject)


def test_a_deployment_is_picked_up_again_by_its_arn(local: Aws, emulator: Emulator) -> None:
    release(local, "1.1.0")
    emulator.advance(0.3)
    newest = local.deployments.history(local.target.cluster, local.target.service, limit=1)[0]
    subject = {
        "deployment": newest.arn,
        "task_definition": newest.task_definition,
        "created": newest.created.isoformat(),
    }
    assert until_it_ends(local, emulator, subject)[-1].done


def test_without_circuit_breaker_a_doomed_release_is_given_up_on(
    local: Aws, emulator: Emulator
) -> None:
    client = local.client("ecs")
    place = {"cluster": local.target.cluster, "service": local.target.service}

    def breaker(on: bool) -> None:
        with local.changing():
            client.update_service(
                **place,
                deploymentConfiguration={
                    "deploymentCircuitBreaker": {"enable": on, "rollback": on}
                },
            )

    breaker(False)
    former = local.ecs.service(*place.values()).task_definition
    subject = release(local, "1.4.0-crash")
    with pytest.raises(errors.StepFailed, match="will not succeed"):
        until_it_ends(local, emulator, subject)
    breaker(True)
    with local.changing():
        back = local.ecs.point_at(*place.values(), former, leaving=str(subject["task_definition"]))
    until_it_ends(local, emulator, back)
