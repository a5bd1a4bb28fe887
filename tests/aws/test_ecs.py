"""ECS services through the emulator: what is read, and that a change compares before it writes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.ecs import revision_of, short
from opsctl.sandbox.emulator import Emulator

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/image-caption-gen"


def place(aws: Aws) -> tuple[str, str]:
    return aws.target.cluster, aws.target.service


def test_a_service_is_read_with_what_decides_a_deployment(local: Aws) -> None:
    service = local.ecs.service(*place(local))
    assert service.controller == "ECS"
    assert (service.desired, service.running) == (2, 2)
    assert service.circuit_breaker
    assert service.rolls_back
    assert service.primary.state == "COMPLETED"
    assert service.links[0].port == 8501


def test_a_service_that_is_not_there_is_not_found(local: Aws) -> None:
    with pytest.raises(errors.NotFound, match="no service “nope”"):
        local.ecs.service(local.target.cluster, "nope")


def test_a_cluster_that_is_not_there_is_not_found(local: Aws) -> None:
    with pytest.raises(errors.NotFound):
        local.ecs.service("nope", "nope")


def test_the_count_is_set_compared_and_set_back(local: Aws, emulator: Emulator) -> None:
    with local.changing():
        local.ecs.set_desired_count(*place(local), 3, replacing=2)
        emulator.settle()
        assert local.ecs.settled(*place(local), 3).done
        local.ecs.set_desired_count(*place(local), 3, replacing=2)
        with pytest.raises(errors.FactsChanged, match="is 3, not 5"):
            local.ecs.set_desired_count(*place(local), 4, replacing=5)
        local.ecs.set_desired_count(*place(local), 2, replacing=3)
    emulator.settle()
    assert local.ecs.desires(*place(local), 2).done


def test_outside_a_plan_no_change_leaves_the_door(local: Aws) -> None:
    with pytest.raises(errors.OpsctlError, match="UpdateService"):
        local.ecs.set_desired_count(*place(local), 4, replacing=2)


def test_a_release_registers_a_copy_and_moves_the_service_once(
    local: Aws, emulator: Emulator
) -> None:
    former = local.ecs.service(*place(local)).task_definition
    image = local.ecr.image("image-caption-gen", "1.3.0")
    assert image
    images = {"app": f"{REGISTRY}@{image.digest}"}
    with local.changing():
        answer = local.ecs.release(*place(local), former, images, leaving=former)
        again = local.ecs.release(*place(local), former, images, leaving=former)
    assert answer["task_definition"] == again["task_definition"] != former
    emulator.settle()
    now = local.ecs.service(*place(local))
    assert now.task_definition == answer["task_definition"]
    assert local.task_definitions.images(now.task_definition) == (images["app"],)
    with local.changing():
        back = local.ecs.point_at(*place(local), former, leaving=images["app"])
        assert local.ecs.point_at(*place(local), former, leaving="x") == back
    emulator.settle()
    assert local.ecs.service(*place(local)).task_definition == former


def test_a_release_from_a_revision_that_no_longer_serves_is_refused(local: Aws) -> None:
    registered = local.task_definitions.latest(local.target.family)
    with local.changing(), pytest.raises(errors.FactsChanged, match="somebody deployed meanwhile"):
        local.ecs.release(*place(local), registered[0], {"app": "x"}, leaving="arn:other")
    assert local.task_definitions.latest(local.target.family) == registered


def test_a_restart_is_a_new_deployment_of_the_same_revision(local: Aws, emulator: Emulator) -> None:
    before = local.ecs.service(*place(local))
    with local.changing():
        answer = local.ecs.restart(*place(local), before.task_definition)
    assert answer["deployment"] != before.primary.id
    assert answer["task_definition"] == before.task_definition
    emulator.settle()


def test_names_are_shortened_for_people() -> None:
    arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/image-caption-gen-prod:12"
    assert short(arn) == "image-caption-gen-prod:12"
    assert short("repo@sha256:1") == "repo@sha256:1"
    assert revision_of(arn) == 12
    assert revision_of("family") == 0


def test_every_time_is_in_utc_whatever_the_zone_of_the_machine(local: Aws) -> None:
    began = local.ecs.service(*place(local)).primary.created
    assert began.utcoffset() == timedelta(0)
    assert began.tzname() == "UTC"
