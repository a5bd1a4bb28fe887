"""Logs Insights: StartQuery, GetQueryResults (partial at first) and StopQuery, which moto lacks."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.logs.responses import LogsResponse

from opsctl.sandbox.insights import Query, rows_of
from opsctl.sandbox.insights_filter import Row
from opsctl.sandbox.insights_words import Malformed
from opsctl.sandbox.moto_parts.logs_events import missing
from opsctl.sandbox.refusals import Refused, invalid

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

TAKES = 0.6
"""Seconds that a query is Running; the first half of its rows is there at half time."""
AT_ONCE = 30
"""Queries of an account that may run at the same time."""
KEPT = 200
MOST_GROUPS, MOST_TEXT, MOST_ROWS = 50, 10_000, 10_000


@dataclass
class Running:
    """A query that was started. `began` is of the monotonic clock."""

    id: str
    text: str
    groups: list[str]
    rows: list[Row]
    matched: int
    scanned: int
    read: int
    began: float = field(default_factory=lambda: time.monotonic())
    at: float = field(default_factory=time.time)
    stopped: bool = False

    @property
    def status(self) -> str:
        """As GetQueryResults says it."""
        if self.stopped:
            return "Cancelled"
        return "Complete" if time.monotonic() - self.began >= TAKES else "Running"

    @property
    def shown(self) -> list[Row]:
        """The rows that are there by now."""
        if self.status != "Running":
            return self.rows
        return self.rows[: len(self.rows) // 2] if self._half_done else []

    @property
    def _half_done(self) -> bool:
        return time.monotonic() - self.began >= TAKES / 2


class Queries:
    """The queries of the account."""

    def __init__(self) -> None:
        self.known: dict[str, Running] = {}

    def start(self, received: Any) -> str:
        ask = received._get_param
        groups = [it for it in [ask("logGroupName"), *(ask("logGroupNames") or [])] if it]
        text, begin, end = ask("queryString"), int(ask("startTime")), int(ask("endTime"))
        backend = received.logs_backend
        if not 1 <= len(groups) <= MOST_GROUPS or len(text) > MOST_TEXT or begin > end:
            raise invalid("1 to 50 log groups, at most 10000 characters, and start before end.")
        for name in groups:
            if name not in backend.groups:
                raise missing(f"Log group '{name}' does not exist for account ID.")
        if sum(it.status == "Running" for it in self.known.values()) >= AT_ONCE:
            raise Refused("LimitExceededException", "Account maximum query concurrency reached.")
        try:
            query = Query(text)
        except Malformed as error:
            raise _malformed(error) from error
        made = _run(query, text, groups, backend, (begin, end), int(ask("limit") or MOST_ROWS))
        self.known[made.id] = made
        for old in list(self.known)[:-KEPT]:
            del self.known[old]
        return json.dumps({"queryId": made.id})

    def results(self, received: Any) -> str:
        it = self._found(received)
        document = {
            "status": it.status,
            "results": [_fields(row) for row in it.shown],
            "statistics": {
                "recordsMatched": float(it.matched),
                "recordsScanned": float(it.scanned),
                "bytesScanned": float(it.read),
            },
            "queryLanguage": "CWLI",
        }
        return json.dumps(document)

    def stop(self, received: Any) -> str:
        it = self._found(received)
        if it.status != "Running":
            raise invalid(f"Query {it.id} has ended: it cannot be stopped.")
        it.stopped = True
        return json.dumps({"success": True})

    def describe(self, received: Any) -> str:
        wanted, group = received._get_param("status"), received._get_param("logGroupName")
        found = [
            {
                "queryId": it.id,
                "queryString": it.text,
                "status": it.status,
                "createTime": int(it.at * 1000),
                "logGroupName": it.groups[0],
            }
            for it in self.known.values()
            if wanted in (None, it.status) and group in (None, *it.groups)
        ]
        return json.dumps({"queries": found[::-1]})

    def _found(self, received: Any) -> Running:
        it = self.known.get(received._get_param("queryId"))
        if it is None:
            raise missing("The specified query does not exist.")
        return it


def install(_: World) -> None:
    """Put it on moto."""
    queries = Queries()
    LogsResponse.start_query = lambda received: queries.start(received)
    LogsResponse.get_query_results = lambda received: queries.results(received)
    LogsResponse.stop_query = lambda received: queries.stop(received)
    LogsResponse.describe_queries = lambda received: queries.describe(received)


def _run(
    query: Query, text: str, groups: list[str], backend: Any, span: tuple[int, int], most: int
) -> Running:
    begin, end = span[0] * 1000, span[1] * 1000 + 999
    events = [
        (name, stream.log_stream_name, event)
        for name in groups
        for stream in backend.groups[name].streams.values()
        for event in stream.events
        if begin <= event.timestamp <= end
    ]
    events.sort(key=lambda each: (each[2].timestamp, each[2].event_id))
    rows = rows_of(events)
    return Running(
        str(uuid.uuid4()),
        text,
        groups,
        query.run(rows, most),
        query.matched(rows),
        len(rows),
        sum(len(each[2].message) for each in events),
    )


def _fields(row: Row) -> list[dict[str, str]]:
    return [
        {"field": name, "value": str(value)} for name, value in row.items() if value is not None
    ]


def _malformed(error: Malformed) -> Refused:
    refused = Refused("MalformedQueryException", str(error))
    refused.query_compile_error = {
        "location": {"startCharOffset": error.start, "endCharOffset": error.end},
        "message": str(error),
    }
    return refused
