"""Log tail: what the service says now, and goes on saying."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from opsctl.aws import Aws, failures
from opsctl.aws.log_events import LogEvent, Page, Source, millis
from opsctl.aws.log_polling import Polling
from opsctl.errors import OpsctlError
from opsctl.reports import log_patterns
from opsctl.reports.log_patterns import Test

FIND_AGAIN = 60.0
"""Seconds between two looks at the task definitions."""
LOOK_AGAIN = 30.0
"""Seconds between two looks beside a live tail: what it left out is shown then."""


@dataclass(frozen=True)
class Ask:
    """What is followed. `test` is looked at here, beside the pattern that CloudWatch looks at."""

    since: datetime
    until: datetime
    """Only of meaning where it is not followed."""
    pattern: str = ""
    test: Test | None = None
    follow: bool = True
    live: bool = False


@dataclass
class Tail:
    """One tail. `find` looks for the sources anew; `tell` hears what the reader should know."""

    ask: Ask
    find: Callable[[], tuple[Source, ...]]
    tell: Callable[[str], None] = lambda _: None
    pause: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def events(self, aws: Aws, sources: tuple[Source, ...]) -> Iterator[Page]:
        """What is new, each event once; without end where it is followed.

        Raises UsageProblem for a pattern that CloudWatch does not understand.
        """
        self._known, self._found_at = sources, self.clock()
        fits = self.ask.test
        try:
            for page in self._pages(aws):
                chosen = tuple(filter(fits, page)) if fits else page
                if chosen:
                    yield chosen
        except OpsctlError as error:
            if self.ask.pattern and failures.aws_code(error) == log_patterns.NOT_UNDERSTOOD:
                raise log_patterns.not_understood(self.ask.pattern, error) from None
            raise

    def _pages(self, aws: Aws) -> Iterator[Page]:
        ask = self.ask
        if not ask.follow:
            yield from aws.log_events.read(self._known, ask.pattern, ask.since, ask.until)
            return
        polling = Polling(
            aws.log_events,
            self._sources,
            ask.pattern,
            millis(ask.since),
            tell=self.tell,
            pause=self.pause,
        )
        if ask.live:
            try:
                yield from self._live(aws, polling)
            except OpsctlError as error:
                self.tell(f"No live tail: {error.message.rstrip('.')}. Polling instead.")
        yield from polling.pages()

    def _live(self, aws: Aws, polling: Polling) -> Iterator[Page]:
        """Live Tail, until it ends. Raises whatever refuses or breaks it.

        What lies between the history and the session is read once the session stands; and it is
        read again every half minute, since a live tail promises nothing.
        """
        with closing(aws.live_tail.updates(self._known, self.ask.pattern)) as updates:
            next(updates, None)
            polled: Counter[tuple[int, str, str]] = Counter()
            for page in polling.look():
                polled.update(map(_key, page))
                yield page
            looked = self.clock()
            for update in updates:
                fresh = tuple(it for it in update.events if not _taken(polled, it))
                polling.showed(fresh)
                yield fresh
                if update.sampled:
                    self.tell("Live Tail shows a sample of more than 500 events a second: polling.")
                    return
                if self.clock() - looked > LOOK_AGAIN:
                    looked = self.clock()
                    yield from polling.look()
            self.tell("The live tail has ended (it lasts three hours at most): polling.")

    def _sources(self) -> tuple[Source, ...]:
        if self.clock() - self._found_at > FIND_AGAIN:
            self._found_at = self.clock()
            try:
                self._known = tuple(dict.fromkeys((*self._known, *self.find())))
            except OpsctlError as error:
                self.tell(f"{error.message.rstrip('.')}. Following the streams known so far.")
        return self._known


def _key(event: LogEvent) -> tuple[int, str, str]:
    return event.at, event.stream, event.message


def _taken(polled: Counter[tuple[int, str, str]], event: LogEvent) -> bool:
    key = _key(event)
    if polled[key] <= 0:
        return False
    polled[key] -= 1
    return True
