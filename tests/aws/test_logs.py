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


def test_the_streams_that_were_written_to_last_come_first(local: Aws, emulator: Emulator) -> None:
    logs = emulator.world.backend("logs")
    logs.create_log_group("/test/streams", {})
    for number, stream in enumerate(("old", "new")):
        logs.ensure_log_stream("/test/streams", stream)
        event = {"timestamp": 1000 + number, "message": "x"}
        logs.groups["/test/streams"].streams[stream].put_log_events([event])
    assert local.logs.newest_streams("/test/streams") == ("new", "old")
