"""CloudWatch Logs Insights: one query, from its start to its last row."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsctl.aws.gateway import Gateway
from opsctl.aws.log_events import Source
from opsctl.errors import Unreachable, UsageProblem

MOST_GROUPS = 50
MOST_ROWS = 10_000
SOONEST, LATEST = 0.2, 2.0
"""Seconds between two looks at the results."""
UNDER_WAY = ("Scheduled", "Running", "Unknown")
POINTER = "@ptr"
"""A field of every row that only another call could read."""


@dataclass(frozen=True)
class Results:
    """What a query has found so far. Counts are of log events, `read_bytes` is what is paid for."""

    status: str
    """Scheduled, Running, Complete, Failed, Cancelled, Timeout or Unknown."""
    rows: tuple[dict[str, str], ...]
    matched: int
    scanned: int
    read_bytes: int

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return self.status not in UNDER_WAY


class LogQueries(Gateway):
    """Starts queries, and stops those that nobody waits for any more."""

    def run(
        self,
        sources: Sequence[Source],
        text: str,
        since: datetime,
        until: datetime,
        *,
        most: int = 1000,
        pause: Callable[[float], object] = time.sleep,
    ) -> Generator[Results, None, None]:
        """The results so far, again and again; the last ones are `done`.

        However it is left before that (Ctrl-C, an error), the query is stopped. Raises
        UsageProblem, with the place, for a query that Insights does not understand.
        """
        client = self.aws.client("logs", sources[0].region or None)
        groups = list(dict.fromkeys(it.group for it in sources))[:MOST_GROUPS]
        id = self._start(client, groups, text, since, until, most)
        ended, wait = False, SOONEST
        try:
            while not ended:
                results = _results(client.get_query_results(queryId=id))
                ended = results.done
                yield results
                if not ended:
                    pause(wait)
                    wait = min(wait * 1.3, LATEST)
        finally:
            if not ended:
                # One that has ended meanwhile cannot be stopped, and needs not be.
                with suppress(client.exceptions.ClientError):
                    client.stop_query(queryId=id)

    def _start(
        self,
        client: Any,
        groups: list[str],
        text: str,
        since: datetime,
        until: datetime,
        most: int,
    ) -> str:
        try:
            answer = client.start_query(
                logGroupNames=groups,
                queryString=text,
                startTime=int(since.timestamp()),  # seconds here, milliseconds everywhere else
                endTime=int(until.timestamp()),
                limit=most,
            )
        except client.exceptions.MalformedQueryException as error:
            raise _malformed(text, error.response) from None
        except client.exceptions.LimitExceededException:
            raise Unreachable(
                "Too many Insights queries run in this account and region.",
                hint="Wait for one to end, or stop it: aws logs describe-queries --status Running",
            ) from None
        return str(answer["queryId"])


def _results(answer: dict[str, Any]) -> Results:
    rows = tuple(
        {it["field"]: it.get("value", "") for it in row if it["field"] != POINTER}
        for row in answer.get("results", ())
    )
    counts = answer.get("statistics", {})
    return Results(
        answer.get("status", "Unknown"),
        rows,
        int(counts.get("recordsMatched", 0)),
        int(counts.get("recordsScanned", 0)),
        int(counts.get("bytesScanned", 0)),
    )


def _malformed(text: str, answer: dict[str, Any]) -> UsageProblem:
    problem = answer.get("queryCompileError") or {}
    said = problem.get("message") or answer.get("Error", {}).get("Message", "no reason given")
    place = problem.get("location") or {}
    if "startCharOffset" not in place:
        return UsageProblem(f"Insights does not understand the query: {said}")
    start = int(place["startCharOffset"])
    end = int(place.get("endCharOffset", start))
    near = repr(text[start : max(end, start) + 1]) if start < len(text) else "its end"
    return UsageProblem(
        f"Insights does not understand the query at character {start + 1} ({near}): {said}",
        hint="opsctl logs query --list shows queries that it understands.",
    )
