"""A tail by asking again and again: FilterLogEvents, through throttling and missing groups."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from opsctl.aws.log_events import LogEvents, Page, Source, merged
from opsctl.aws.log_window import LATE, Window
from opsctl.errors import NotFound, Unreachable

SOONEST, LATEST = 1.0, 5.0
"""Seconds between two looks: soon after something came, later the longer nothing does."""
LONGEST_BACK_OFF = 30.0
FAR = 6
"""Each so many looks, one goes back as far as events may be late; while nothing comes, each."""


class Stopped(Exception):
    """Whoever follows does not want to wait any more."""


class Polling:
    """One tail. `sources` is asked before each look: tasks come and go.

    `tell` gets what the reader should know; `pause` waits so many seconds, and ends the tail by
    answering True.
    """

    def __init__(
        self,
        events: LogEvents,
        sources: Callable[[], Sequence[Source]],
        pattern: str,
        since: int,
        *,
        tell: Callable[[str], None],
        pause: Callable[[float], object],
    ) -> None:
        self._events = events
        self._sources = sources
        self._pattern = pattern
        self._since = since
        self._tell = tell
        self._pause = pause
        self._windows: dict[Source, Window] = {}
        self._told: set[str] = set()
        self._looks = 0
        self._idle = False
        self._back_off = 0.0

    def pages(self) -> Iterator[Page]:
        """New events, in order within a look, until `pause` says that it is enough."""
        wait = SOONEST
        try:
            while True:
                found = False
                for page in self.look():
                    found = True
                    yield page
                self._idle = not found
                wait = SOONEST if found else min(wait * 1.5, LATEST)
                self._wait(wait)
        except Stopped:
            return

    def look(self) -> Iterator[Page]:
        """One look at every source: what is new since the last one. Raises Stopped."""
        sources = self._sources()
        far = self._idle or self._looks % FAR == 0
        self._looks += 1
        each = [self._fresh(source, far=far) for source in sources]
        yield from (page for page in merged(each) if page)
        for source in sources:
            self.window(source).read()
        # A tail may go on for days, and nobody asks for the ids of its requests.
        del self._events.aws.requests[:-100]

    def showed(self, page: Page) -> None:
        """Events of a live tail were shown: the next looks leave them out."""
        now = self._now()
        for source, window in self._windows.items():
            mine = [it for it in page if it.stream.startswith(source.prefix)]
            window.live(tuple(mine), now)

    def window(self, source: Source) -> Window:
        """What was shown of a source; one that is new has begun within the last minutes."""
        if source not in self._windows:
            known = bool(self._windows) and self._looks > 1
            begin = max(self._since, self._now() - LATE) if known else self._since
            self._windows[source] = Window(begin)
        return self._windows[source]

    def _fresh(self, source: Source, *, far: bool) -> Iterator[Page]:
        window = self.window(source)
        words: dict[str, Any] = {"startTime": window.start(far=far)}
        if self._pattern:
            words["filterPattern"] = self._pattern
        token = ""
        while True:
            page, token = self._page(source, words, token)
            yield window.unseen(page, self._now())
            if not token:
                return

    def _page(self, source: Source, words: dict[str, Any], token: str) -> tuple[Page, str]:
        """One page, however long it takes: with the token it goes on where it was."""
        while True:
            try:
                answer = self._events.page(source, words, token)
            except NotFound:
                self._once(f"There is no log group {source.group} yet; waiting for it.")
                return (), ""
            except Unreachable as error:
                self._back_off = min(self._back_off * 2 or SOONEST, LONGEST_BACK_OFF)
                self._tell(f"{error.message}; asking again in {self._back_off:.0f} s.")
                self._wait(self._back_off * random.uniform(0.8, 1.2))  # noqa: S311
            else:
                self._back_off = 0.0
                return answer

    def _once(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._tell(text)

    def _wait(self, seconds: float) -> None:
        if self._pause(seconds):
            raise Stopped

    def _now(self) -> int:
        return self._events.now
