"""Task definitions through the emulator: read, and copied with nothing lost."""

from __future__ import annotations

import pytest

from opsctl import errors
from opsctl.aws import Aws


@pytest.fixture
def live(local: Aws) -> str:
    return local.ecs.service(local.target.cluster, local.target.service).task_definition


def test_a_revision_is_read_with_its_secrets_logs_and_ports(local: Aws, live: str) -> None:
    definition = local.task_definitions.revision(live)
    (container,) = definition.containers
    assert container.ports == (8501,)
    assert {it.name for it in container.secrets} >= {"HF_API_KEY"}
    assert container.logs
    assert container.logs.group == local.target.log_group
    assert definition.active
    assert definition.architecture == "X86_64"
    assert definition.name == f"{local.target.family}:{definition.revision}"


def test_a_revision_that_is_not_there_is_not_found(local: Aws) -> None:
    with pytest.raises(errors.NotFound):
        local.task_definitions.revision(f"{local.target.family}:999")


def test_the_newest_revisions_come_first(local: Aws) -> None:
    numbers = [
        int(it.rpartition(":")[2]) for it in local.task_definitions.latest(local.target.family)
    ]
    assert numbers == sorted(numbers, reverse=True)


def test_a_copy_keeps_every_field_but_the_image(local: Aws, live: str) -> None:
    with local.changing():
        made = local.task_definitions.copy(live, {"app": "repo:other"})
    client = local.client("ecs")

    def read(arn: str) -> dict[str, object]:
        whole = client.describe_task_definition(taskDefinition=arn, include=["TAGS"])
        own = {
            "taskDefinitionArn",
            "revision",
            "registeredAt",
            "registeredBy",
            "requiresAttributes",
        }
        kept = {k: v for k, v in whole["taskDefinition"].items() if k not in own}
        kept["containerDefinitions"] = [
            {k: v for k, v in it.items() if k != "image"} for it in kept["containerDefinitions"]
        ]
        return kept

    assert read(made) == read(live)
    assert local.task_definitions.images(made) == ("repo:other",)


def test_copying_again_registers_nothing_new(local: Aws, live: str) -> None:
    with local.changing():
        once = local.task_definitions.copy(live, {"app": "repo:twice"})
        assert local.task_definitions.copy(live, {"app": "repo:twice"}) == once
    assert local.task_definitions.is_copy(once, live, {"app": "repo:twice"})
    assert not local.task_definitions.is_copy(live, live, {})
    assert not local.task_definitions.is_copy(once, live, {"app": "repo:third"})
