"""A sample of the service's log: enough to judge by, and never the whole of a large group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from opsctl.aws import Aws
from opsctl.aws.log_events import LogEvent
from opsctl.reports.diagnosis import log_lines
from opsctl.reports.diagnosis.log_lines import Lines, Served

MOST_LINES = 300
MOST_REQUESTS = 500
MOST_PAGES = 20
"""A page may be empty and not be the last, and a large group has many."""
SLOW = 1000
"""Milliseconds."""


def lines(
    aws: Aws, since: datetime, fresh: datetime, until: datetime, pattern: str
) -> Lines | None:
    """The lines that fit CloudWatch's filter pattern, summed up; None where there are none.

    CloudWatch gives the oldest first, so the time since `fresh` is read by itself: what began
    with many lines must not hide whether it still goes on.
    """
    (before, cut), (lately, cut_too) = aws.at_once(
        lambda: _events(aws, since, fresh, pattern, MOST_LINES),
        lambda: _events(aws, fresh, until, pattern, MOST_LINES),
    )
    return log_lines.summed_up([*before, *lately], cut=cut or cut_too)


def served(aws: Aws, since: datetime, until: datetime) -> Served | None:
    """Requests as the tasks logged them; None where no line tells how long one took."""
    events, _ = _events(aws, since, until, "milliseconds", MOST_REQUESTS)
    return log_lines.served(events, SLOW)


def _events(
    aws: Aws, since: datetime, until: datetime, pattern: str, most: int
) -> tuple[Sequence[LogEvent], bool]:
    """At most so many events, of at most so many pages; whether there may be more."""
    if since >= until:
        return [], False
    events: list[LogEvent] = []
    pages = aws.log_events.search([aws.target.log_group], pattern, since, until, most=most)
    for number, page in enumerate(pages, 1):
        events += page
        if number >= MOST_PAGES:
            return events, True
    return events, len(events) >= most
