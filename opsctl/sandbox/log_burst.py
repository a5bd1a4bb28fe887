"""`/_sandbox/log-burst`: many log events at once, of one moment, some of them late."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

FIELDS = {"events", "late", "late_by", "streams", "first", "group", "level", "over"}
MOST = 1_000_000


def control(world: World, method: str, body: bytes) -> dict[str, Any]:
    """`POST {"events": 5000, "late": 500, "late_by": 60, "streams": 4, "over": 0}` writes them.

    All have the same timestamp, but for the `late` ones, which come from up to `late_by` seconds
    ago, and all are spread back over `over` seconds. Each is a JSON line with its number `n`,
    counted from `first`. The streams are `ecs/app/burst-0`, `-1`, …; `DELETE` removes them.
    """
    ask = json.loads(body or b"{}")
    if unknown := set(ask) - FIELDS:
        raise ValueError(f"unknown field: {', '.join(sorted(unknown))}")
    logs = world.backend("logs")
    name = ask.get("group", world.names.log_group)
    with world.lock:
        if method == "DELETE":
            return {"removed": _remove(logs, name)}
        if method != "POST" or not 1 <= int(ask.get("events", 0)) <= MOST:
            raise ValueError(f"POST with events between 1 and {MOST:,}, or DELETE")
        logs.ensure_log_group(name)
        return _write(world, logs, name, ask)


def _write(world: World, logs: Any, name: str, ask: dict[str, Any]) -> dict[str, Any]:
    count, streams = int(ask["events"]), int(ask.get("streams", 4))
    prefix = f"ecs/{world.names.container}/burst-"
    for number in range(streams):
        logs.ensure_log_stream(name, f"{prefix}{number}")
    held = [logs.groups[name].streams[f"{prefix}{number}"] for number in range(streams)]
    at = int(world.clock().timestamp() * 1000)
    waiting: list[list[dict[str, Any]]] = [[] for _ in range(streams)]
    for index, event in enumerate(_events(at, count, ask)):
        waiting[index % streams].append(event)
    for stream, some in zip(held, waiting, strict=True):
        stream.put_log_events(some)
    return {"written": count, "at": at, "streams": [it.log_stream_name for it in held]}


def _events(at: int, count: int, ask: dict[str, Any]) -> Iterator[dict[str, Any]]:
    first, late = int(ask.get("first", 0)), int(ask.get("late", 0))
    late_by, over = int(ask.get("late_by", 30) * 1000), int(ask.get("over", 0) * 1000)
    level = ask.get("level", "INFO")
    for index in range(count):
        back = over - over * index // count
        if index >= count - late:
            back = late_by * (count - index) // max(late, 1)
        number = first + index
        line = (
            f'{{"time": "2026-01-01T00:00:00.000+00:00", "level": "{level}", "logger": "burst", '
            f'"message": "GET /api/captions 200", "request_id": "r{number:08x}", '
            f'"method": "GET", "path": "/api/captions", "status": 200, '
            f'"milliseconds": {number % 997}.5, "n": {number}}}'
        )
        yield {"timestamp": at - back, "message": line}


def _remove(logs: Any, name: str) -> int:
    group = logs.groups.get(name)
    found = [each for each in (group.streams if group else {}) if "/burst-" in each]
    for each in found:
        del group.streams[each]
    return len(found)
