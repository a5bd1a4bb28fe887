"""The provisioner of the sandbox's Terraform module: a release, and how it ended."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from opsctl.sandbox import terraform_release
from opsctl.sandbox.emulator import Emulator

NAMES = {
    "RELEASE_CLUSTER": "image-caption-gen-cluster-local",
    "RELEASE_SERVICE": "image-caption-gen-service-local",
    "RELEASE_REGION": "us-east-1",
}


@pytest.fixture
def ecs(emulator: Emulator) -> Any:
    return boto3.client(
        "ecs",
        endpoint_url=emulator.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )


@pytest.fixture(autouse=True)
def moving(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator stands still but for `advance`: each look lets it go on."""
    monkeypatch.setattr(terraform_release.time, "sleep", lambda _: emulator.advance(5))


def live(ecs: Any) -> dict[str, Any]:
    service = ecs.describe_services(
        cluster=NAMES["RELEASE_CLUSTER"], services=[NAMES["RELEASE_SERVICE"]]
    )["services"][0]
    found = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])
    return dict(found["taskDefinition"])


def asked(emulator: Emulator, tag: str, **more: str) -> dict[str, str]:
    digest = emulator.world.registry.known_images[tag].digest
    base = emulator.world.registry.uri(tag).rpartition(":")[0]
    size = {"RELEASE_CPU": "256", "RELEASE_MEMORY": "512"}
    return {**NAMES, **size, "RELEASE_IMAGE": f"{base}@{digest}", **more}


def test_a_release_gets_image_size_and_variables_and_a_second_time_nothing(
    emulator: Emulator, ecs: Any
) -> None:
    more = {"RELEASE_CPU": "512", "RELEASE_MEMORY": "1024"}
    wanted = asked(emulator, "1.3.0", **more, RELEASE_ENVIRON=json.dumps({"NEW": "1"}))
    assert terraform_release.release(wanted, ecs) == "SUCCESSFUL"
    now = live(ecs)
    (container,) = now["containerDefinitions"]
    assert (now["cpu"], now["memory"]) == ("512", "1024")
    assert (container["image"], container["cpu"]) == (wanted["RELEASE_IMAGE"], 512)
    names = {it["name"] for it in container["environment"]}
    assert {"BUCKET", "NEW"} <= names
    assert terraform_release.release(wanted, ecs) == ""
    assert live(ecs)["revision"] == now["revision"]


def test_a_release_that_crashes_ends_rolled_back(emulator: Emulator, ecs: Any) -> None:
    before = live(ecs)["taskDefinitionArn"]
    ending = terraform_release.release(asked(emulator, "1.4.0-crash"), ecs)
    assert ending == "ROLLBACK_SUCCESSFUL"
    assert live(ecs)["taskDefinitionArn"] == before
