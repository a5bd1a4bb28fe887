"""The live service as the release procedures see it."""

from __future__ import annotations

from samples import REGISTRY, deployment, digest, service
from samples import live as sample

from opsctl.aws import Aws
from opsctl.procedures import live


def test_it_is_gathered_in_one_look(local: Aws) -> None:
    now = live.gather(local)
    assert now.service.task_definition == now.definition.arn
    assert now.latest
    assert now.in_flight is None
    assert "@sha256:" in now.image
    assert live.gather(local) == now, "what only breathes is no difference"


def test_an_image_is_told_by_its_label_and_the_beginning_of_its_digest() -> None:
    image = f"{REGISTRY}@{digest('a')}"
    assert (
        live.told("image-caption-gen:1.0", image) == "image-caption-gen:1.0 (sha256:aaaaaaaaaaaa…)"
    )
    assert live.told("", "repo:1") == "repo:1"
    assert live.told("", "") == "?"


def test_a_deployment_under_way_is_known_by_its_arn() -> None:
    flight = deployment(4, "IN_PROGRESS")
    wait = live.follow_again("prod", service(), flight, 60, "opsctl x")
    assert wait.check.arguments["subject"] == {
        "deployment": flight.arn,
        "task_definition": flight.task_definition,
        "created": flight.created.isoformat(),
    }
    assert "opsctl rollback --env prod" in wait.abandon


def test_healthy_targets_and_endpoint_are_what_a_release_must_show() -> None:
    assert [it.check.method for it in live.checks(sample())] == ["all_healthy", "answers"]
    without = sample(service=service(links=()))
    assert [it.check.method for it in live.checks(without)] == ["answers"]
