"""StartLiveTail: a session that goes on, where moto sends one snapshot and ends.

moto makes the answer's beginning; the front sends after it what comes out of `updates`.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from moto.core.eventstream import EventStreamEncoder
from moto.core.responses import ActionResult
from moto.logs.models import LogEvent
from moto.logs.responses import LogsResponse

from opsctl.sandbox import log_patterns
from opsctl.sandbox.moto_parts.logs_events import missing
from opsctl.sandbox.refusals import invalid

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

EVERY = 0.5
"""Seconds between two updates; AWS sends one about each second, empty ones too."""
LASTS = 3 * 3600.0
MOST = 500
"""Events of one second; of more, a sample is sent."""
MOST_GROUPS = 10
Test = Callable[[str], bool]


def install(_: World) -> None:
    """Put it on moto."""
    LogsResponse.start_live_tail = _start


def updates(world: World, body: bytes) -> Iterator[bytes]:
    """The messages of a session after its first one, until three hours are over.

    What is written after this call is in them, whenever the first one is asked for.
    """
    return _going_on(world, json.loads(body), LogEvent._event_id)


def _going_on(world: World, ask: dict[str, Any], mark: int) -> Iterator[bytes]:
    test = log_patterns.compiled(ask.get("logEventFilterPattern") or "")
    names = [_name(it) for it in ask["logGroupIdentifiers"]]
    until = time.monotonic() + LASTS
    while time.monotonic() < until:
        time.sleep(EVERY)
        with world.lock:
            following = LogEvent._event_id
            found = [each for name in names for each in _new(world, name, ask, mark, test)]
        mark = following
        found.sort(key=lambda it: int(it["timestamp"]))
        yield _message("sessionUpdate", _update(found))
    yield _message("SessionTimeoutException", {"message": "The session lasted three hours."}, True)


def _start(received: Any) -> ActionResult:
    groups = received._get_param("logGroupIdentifiers")
    streams = received._get_param("logStreamNames") or []
    prefixes = received._get_param("logStreamNamePrefixes") or []
    pattern = received._get_param("logEventFilterPattern") or ""
    if not 1 <= len(groups) <= MOST_GROUPS or ((streams or prefixes) and len(groups) > 1):
        raise invalid("1 to 10 log groups, and only one where streams are named.")
    for name in map(_name, groups):
        if name not in received.logs_backend.groups:
            raise missing("The specified log group does not exist.")
    try:
        log_patterns.compiled(pattern)
    except ValueError as error:
        raise invalid(str(error)) from error
    start = {
        "requestId": str(uuid.uuid4()),
        "sessionId": str(uuid.uuid4()),
        "logGroupIdentifiers": groups,
        "logStreamNames": streams,
        "logStreamNamePrefixes": prefixes,
        "logEventFilterPattern": pattern,
    }
    return ActionResult({"responseStream": [{"sessionStart": start}]})


def _name(identifier: str) -> str:
    return identifier.rpartition(":log-group:")[2]


def _new(
    world: World, name: str, ask: dict[str, Any], mark: int, test: Test
) -> Iterator[dict[str, Any]]:
    group = world.backend("logs").groups.get(name)
    streams = dict(group.streams) if group else {}
    wanted = ask.get("logStreamNames")
    prefixes = tuple(ask.get("logStreamNamePrefixes") or ("",))
    for stream, held in streams.items():
        if not stream.startswith(prefixes) or (wanted and stream not in wanted):
            continue
        for event in reversed(held.events):
            if event.event_id < mark:
                break
            if test(event.message):
                yield {
                    "logStreamName": stream,
                    "logGroupIdentifier": f"{world.account}:{name}",
                    "message": event.message,
                    "timestamp": event.timestamp,
                    "ingestionTime": event.ingestion_time,
                }


def _update(found: list[dict[str, Any]]) -> dict[str, Any]:
    most = int(MOST * EVERY)
    sampled = len(found) > most
    return {"sessionMetadata": {"sampled": sampled}, "sessionResults": found[:most]}


def _message(kind: str, document: dict[str, Any], failed: bool = False) -> bytes:
    name = ":exception-type" if failed else ":event-type"
    headers = {
        ":message-type": "exception" if failed else "event",
        name: kind,
        ":content-type": "application/json",
    }
    made: bytes = EventStreamEncoder().encode_message(headers, json.dumps(document).encode())
    return made
