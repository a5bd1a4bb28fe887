"""FilterLogEvents: patterns, beginnings of streams, and pages as CloudWatch Logs makes them.

moto lets most patterns through, takes no notice of `logStreamNamePrefix`, and sorts everything
anew for each page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from moto.logs.models import LogEvent
from moto.logs.responses import LogsResponse

from opsctl.sandbox import log_patterns
from opsctl.sandbox.refusals import Refused, invalid

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

PAGE_EVENTS = 10_000
PAGE_BYTES = 1_048_576
LOOKED_AT = 20_000
"""Events that one call looks at when there is a pattern; what is left is behind the token, so a
page may well be empty and not be the last one."""
OVERHEAD = 26
"""Bytes that each event counts beside its message."""
Place = tuple[int, int]
"""(timestamp, number): events have one order, whatever arrives between two pages."""


def install(_: World) -> None:
    """Put it on moto."""
    LogsResponse.filter_log_events = _filter_log_events


def event_id(event: Any) -> str:
    """An id like those of AWS: 56 digits, never the same twice."""
    return f"{event.timestamp:020d}{event.event_id:036d}"


def _filter_log_events(received: Any) -> str:
    ask = received._get_param
    name = ask("logGroupName") or str(ask("logGroupIdentifier") or "").rpartition(":")[2]
    group = received.logs_backend.groups.get(name)
    if group is None:
        raise missing("The specified log group does not exist.")
    try:
        test = log_patterns.compiled(ask("filterPattern") or "")
    except ValueError as error:
        raise invalid(str(error)) from error
    streams = _streams(group, ask("logStreamNames") or [], ask("logStreamNamePrefix") or "")
    start, end = int(ask("startTime") or 0), int(ask("endTime") or 1 << 62)
    limit = int(ask("limit") or PAGE_EVENTS)
    if not 1 <= limit <= PAGE_EVENTS:
        raise invalid(f"Value '{limit}' at 'limit' failed to satisfy constraint: 1 to 10000")
    after = _place(ask("nextToken") or "") or (start, -1)
    held = _between(streams, after, end)
    shown, last = _page(held, test, limit, looks=LOOKED_AT if ask("filterPattern") else 0)
    answer: dict[str, Any] = {"events": shown, "searchedLogStreams": []}
    if last < len(held):
        event = held[last - 1][1]
        answer["nextToken"] = f"{event.timestamp}/{event.event_id}"
    return json.dumps(answer)


def missing(message: str) -> Refused:
    """ResourceNotFoundException."""
    return Refused("ResourceNotFoundException", message)


def _streams(group: Any, names: list[str], prefix: str) -> dict[str, Any]:
    if names and prefix:
        raise invalid("logStreamNames and logStreamNamePrefix cannot both be given.")
    for name in names:
        if name not in group.streams:
            raise missing("The specified log stream does not exist.")
    return {
        name: stream
        for name, stream in group.streams.items()
        if (name in names if names else name.startswith(prefix))
    }


def _place(token: str) -> Place | None:
    if not token:
        return None
    at, _, number = token.partition("/")
    if not (at.isdigit() and number.isdigit()):
        raise invalid("The specified nextToken is invalid.")
    return int(at), int(number)


def _between(streams: dict[str, Any], after: Place, end: int) -> list[tuple[str, LogEvent]]:
    """The events behind a place, in order, each with its stream's name."""
    found = [
        (event.timestamp, event.event_id, name, event)
        for name, stream in streams.items()
        for event in stream.events
        if after[0] <= event.timestamp <= end and (event.timestamp, event.event_id) > after
    ]
    found.sort()  # No two events have the same id.
    return [(name, event) for _, _, name, event in found]


def _page(
    held: list[tuple[str, Any]], test: Callable[[str], bool], limit: int, looks: int
) -> tuple[list[dict[str, Any]], int]:
    """The events of a page, and how many were looked at for it."""
    shown: list[dict[str, Any]] = []
    size = 0
    for index, (name, event) in enumerate(held):
        if (looks and index == looks) or len(shown) == limit or size >= PAGE_BYTES:
            return shown, index
        if not test(event.message):
            continue
        size += len(event.message) + OVERHEAD
        shown.append(
            {
                "logStreamName": name,
                "timestamp": event.timestamp,
                "message": event.message,
                "ingestionTime": event.ingestion_time,
                "eventId": event_id(event),
            }
        )
    return shown, len(held)
