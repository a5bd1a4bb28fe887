"""Where a rollback goes, found in the history that the emulator keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opsctl.aws import Aws
from opsctl.aws.ecs import revision_of
from opsctl.errors import NotFound, RolledBack
from opsctl.procedures import live, rollback_goal
from opsctl.sandbox.emulator import Emulator

REPOSITORY = "image-caption-gen"
REGISTRY = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/{REPOSITORY}"


def release(aws: Aws, emulator: Emulator, tag: str) -> None:
    place = (aws.target.cluster, aws.target.service)
    former = aws.ecs.service(*place).task_definition
    image = aws.ecr.image(REPOSITORY, tag)
    assert image
    with aws.changing():
        aws.ecs.release(*place, former, {"app": f"{REGISTRY}@{image.digest}"}, leaving=former)
    emulator.settle()


def found(aws: Aws, to: str = "") -> rollback_goal.Goal | None:
    return rollback_goal.find(aws, live.gather(aws), to)


def test_it_is_the_last_successful_release_that_is_not_live(local: Aws) -> None:
    goal = found(local)
    assert goal
    assert goal.definition.revision == 2
    assert goal.deployment
    assert goal.deployment.succeeded
    assert not goal.missing
    assert goal.copy == ""
    assert goal.label == "image-caption-gen:1.1.0"


def test_it_is_never_the_release_that_failed_in_between(local: Aws, emulator: Emulator) -> None:
    release(local, emulator, "1.4.0-crash")
    failed = local.deployments.history(local.target.cluster, local.target.service, limit=1)[0]
    assert failed.status == "ROLLBACK_SUCCESSFUL"
    goal = found(local)
    assert goal
    assert goal.definition.revision == 2
    assert revision_of(failed.task_definition) > 3
    with pytest.raises(RolledBack):
        local.following.deployment(
            local.target.cluster,
            local.target.service,
            {
                "deployment": failed.arn,
                "task_definition": failed.task_definition,
                "created": failed.created.isoformat(),
            },
        )


def test_a_revision_can_be_named_by_number_name_or_arn(local: Aws) -> None:
    family = local.target.family
    arn = local.task_definitions.revision(f"{family}:1").arn
    for to in ("1", f"{family}:1", arn):
        goal = found(local, to)
        assert goal
        assert goal.definition.revision == 1
        assert goal.deployment, "it served once, and the history says so"


def test_a_revision_that_does_not_exist_is_not_found(local: Aws) -> None:
    with pytest.raises(NotFound):
        found(local, "999")


def test_an_inactive_revision_is_copied_by_digest(local: Aws) -> None:
    family = local.target.family
    with local.changing():
        local.client("ecs").deregister_task_definition(taskDefinition=f"{family}:2")
    goal = found(local)
    assert goal
    assert goal.definition.revision == 2
    assert goal.copy == "it is INACTIVE"
    assert dict(goal.images)["app"].startswith(f"{REGISTRY}@sha256:")


def test_an_image_that_was_deleted_from_ecr_is_missing(local: Aws) -> None:
    digest = local.task_definitions.images(f"{local.target.family}:1")[0].rpartition("@")[2]
    with local.changing():
        local.client("ecr").batch_delete_image(
            repositoryName=REPOSITORY, imageIds=[{"imageDigest": digest}]
        )
    goal = found(local, "1")
    assert goal
    assert goal.missing


def test_a_tag_that_moved_is_pinned_to_the_image_that_served(local: Aws) -> None:
    now = live.gather(local)
    definition = local.task_definitions.revision(now.service.task_definition)
    (container,) = definition.containers
    tagged = replace(container, image=f"{REGISTRY}:1.3.0")
    served = local.ecr.image(REPOSITORY, "1.2.0")
    assert served
    assert now.latest
    proof = replace(now.latest, digests=(("app", served.digest),))
    goal = rollback_goal._goal(local, now, replace(definition, containers=(tagged,)), proof)
    assert goal.copy == "its tag has moved"
    assert dict(goal.images)["app"].endswith(served.digest)
