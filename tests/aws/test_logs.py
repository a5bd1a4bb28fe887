"""Log groups and streams through the emulator."""

from __future__ import annotations

from opsctl.aws import Aws
from opsctl.sandbox.emulator import Emulator


def test_a_group_is_found_by_its_whole_name_only(local: Aws) -> None:
    assert local.logs.group_exists(local.target.log_group)
    assert not local.logs.group_exists(local.target.log_group[:-1])


def test_the_last_lines_come_oldest_first(local: Aws, emulator: Emulator) -> None:
    emulator.processes()[0].written += [f"line {number}" for number in range(20)]
    emulator.advance(3)
    task = emulator.world.tasks()[0]
    definition = local.task_definitions.revision(
        local.ecs.service(local.target.cluster, local.target.service).task_definition
    )
    logs = definition.containers[0].logs
    assert logs
    streams = local.client("logs").describe_log_streams(logGroupName=logs.group)["logStreams"]
    found = [
        local.logs.last_lines(logs.group, it["logStreamName"], 3)
        for it in streams
        if it["logStreamName"].startswith(f"{logs.prefix}/app/")
    ]
    assert ("line 17", "line 18", "line 19") in found
    assert task


def test_a_stream_that_is_not_there_yet_is_empty(local: Aws) -> None:
    assert local.logs.last_lines(local.target.log_group, "nope") == ()
