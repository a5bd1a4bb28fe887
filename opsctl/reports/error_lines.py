"""The newest error lines of the service's log, each once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from opsctl.aws import Aws
from opsctl.aws.log_events import LogEvent

KEPT = 200
FIRST = timedelta(minutes=10)
OVERLAP = timedelta(seconds=60)
"""Logs come late: the last minute is asked for again, and what was seen is known by its id."""
MOST = 5_000
"""Events of one look: after a burst the rest is read by the next one."""
PATTERN = "?ERROR ?CRITICAL ?Traceback"


class ErrorLines:
    """`lines` are the newest ones, oldest first; `look` adds those since the last look."""

    def __init__(self, aws: Aws, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.lines: deque[LogEvent] = deque(maxlen=KEPT)
        self._aws, self._now = aws, now
        self._seen: dict[str, int] = {}
        self._since = now() - FIRST

    def look(self) -> None:
        """Reads what came since. Raises what the gateway raises; what was seen stays seen."""
        until, count, at = self._now(), 0, 0
        groups = [self._aws.target.log_group]
        pages = self._aws.log_events.search(groups, PATTERN, self._since, until, most=MOST)
        for event in (event for page in pages for event in page):
            count, at = count + 1, event.at
            if event.id not in self._seen:
                self._seen[event.id] = event.at
                self.lines.append(event)
        came_to = datetime.fromtimestamp(at / 1000, UTC) if count >= MOST else until - OVERLAP
        self._since = max(self._since, came_to)
        oldest = self._since.timestamp() * 1000
        self._seen = {it: at for it, at in self._seen.items() if at >= oldest}
