"""Where the service's logs lie, through the emulator."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
import samples

from opsctl.aws import Aws
from opsctl.aws.log_events import Source
from opsctl.aws.task_definitions import LogSettings, TaskDefinition
from opsctl.errors import NotFound, UsageProblem
from opsctl.reports.log_sources import Choice, find
from opsctl.sandbox.emulator import Emulator

GROUP = "/ecs/image-caption-gen-prod"


def _definition(*containers: tuple[str, LogSettings | None]) -> TaskDefinition:
    (made,) = samples.definition().containers
    return samples.definition(
        containers=tuple(replace(made, name=name, logs=logs) for name, logs in containers)
    )


def _aws(definition: TaskDefinition, **over: Any) -> Aws:
    return cast(
        Aws,
        SimpleNamespace(
            target=samples.target(),
            ecs=SimpleNamespace(service=lambda *_: samples.service()),
            task_definitions=SimpleNamespace(revision=lambda _: definition),
            **over,
        ),
    )


def test_the_running_service_tells_its_group_and_its_streams(local: Aws) -> None:
    assert find(local, Choice()).sources == (
        Source(local.target.log_group, "ecs/app/", "us-east-1"),
    )


def test_containers_beside_each_other_share_a_source() -> None:
    logs = LogSettings(GROUP, "", "ecs")
    aws = _aws(_definition(("app", logs), ("proxy", logs)))
    assert find(aws, Choice()).sources == (Source(GROUP, "ecs/"),)
    assert find(aws, Choice(container="proxy")).sources == (Source(GROUP, "ecs/proxy/"),)


def test_several_groups_are_several_sources() -> None:
    aws = _aws(
        _definition(("app", LogSettings("/a", "", "ecs")), ("proxy", LogSettings("/b", "", "")))
    )
    assert find(aws, Choice()).sources == (Source("/a", "ecs/app/"), Source("/b", ""))


def test_a_task_is_named_by_the_beginning_of_its_id_or_its_arn() -> None:
    aws = _aws(_definition(("app", LogSettings(GROUP, "", "ecs"))))
    for task in ("0123abcd", "arn:aws:ecs:eu-west-1:123456789012:task/cluster/0123abcd"):
        assert find(aws, Choice(task=task)).sources == (Source(GROUP, "ecs/app/0123abcd"),)


@pytest.mark.parametrize("task", ["../x", "a b", "\x1b[2J", "x" * 65])
def test_what_is_no_id_is_refused(task: str) -> None:
    with pytest.raises(UsageProblem):
        Choice(task=task)


def test_without_awslogs_the_configured_group_is_read_and_told() -> None:
    found = find(_aws(_definition(("app", None))), Choice())
    assert found.sources == (Source(GROUP),)
    assert "awslogs" in found.notes[0]


def test_without_the_service_the_configured_group_is_read_and_told() -> None:
    def gone(*_: Any) -> Any:
        raise NotFound("There is no service.")

    aws = _aws(_definition(("app", None)))
    aws.ecs.service = gone  # type: ignore[method-assign, assignment]
    assert find(aws, Choice()).notes == (f"There is no service. Reading {GROUP}.",)
    with pytest.raises(NotFound):
        find(aws, Choice(task="abc"))


def test_a_container_that_there_is_not_is_told() -> None:
    aws = _aws(_definition(("app", LogSettings(GROUP, "", "ecs"))))
    with pytest.raises(NotFound) as caught:
        find(aws, Choice(container="web"))
    assert caught.value.hint == "There is: app"


def test_the_task_that_stopped_last_is_found_with_its_reason(
    local: Aws, emulator: Emulator
) -> None:
    emulator.processes()[0].code = 3
    emulator.advance(2)
    stopped = local.tasks.of_service(local.target.cluster, local.target.service, stopped=True)
    found = find(local, Choice(previous=True))
    last = max(stopped, key=lambda it: str(it.stopped))
    assert found.sources[0].prefix == f"ecs/app/{last.id}"
    assert "app exit 3" in found.notes[0]


def test_what_ecs_has_forgotten_is_found_by_its_stream() -> None:
    running = SimpleNamespace(id="bbb")
    aws = _aws(
        _definition(("app", LogSettings(GROUP, "", "ecs"))),
        tasks=SimpleNamespace(of_service=lambda *_, stopped=False: () if stopped else (running,)),
        logs=SimpleNamespace(newest_streams=lambda _: ("ecs/app/bbb", "x/y/ccc", "ecs/app/aaa")),
    )
    assert find(aws, Choice(previous=True)).sources == (Source(GROUP, "ecs/app/aaa"),)
