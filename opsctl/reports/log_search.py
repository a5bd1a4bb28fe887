"""Log search: which lines of the past hold some words, shown as they are found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from opsctl.aws import Aws, failures
from opsctl.aws.log_events import Page, Source
from opsctl.errors import OpsctlError, UsageProblem
from opsctl.reports import log_patterns


@dataclass(frozen=True)
class Query:
    """What is looked for. `exact`: `words` are a filter pattern of CloudWatch's own."""

    words: str
    since: datetime
    until: datetime
    exact: bool = False
    most: int = 0
    within: float = 300.0
    """Seconds after which the search stops and says so."""

    def __post_init__(self) -> None:
        if self.since >= self.until:
            raise UsageProblem(
                f"--since is {_at(self.since)}, which is not before --until, {_at(self.until)}."
            )
        if self.most < 0:
            raise UsageProblem("--max is a number of lines, 1 or more.")
        log_patterns.checked("PATTERN", self.words)


@dataclass
class Search:
    """One search, and what came of it. `tell` hears what the reader should know at once."""

    query: Query
    looking: Callable[[str], None] = lambda _: None
    tell: Callable[[str], None] = lambda _: None
    clock: Callable[[], float] = time.monotonic
    pages: int = 0
    fetched: int = 0
    found: int = 0
    cut: str = ""
    """Why it stopped early; empty when everything was looked at."""
    reached: datetime | None = field(default=None)

    def events(self, aws: Aws, sources: tuple[Source, ...]) -> Iterator[Page]:
        """What is found, oldest first, a page at a time."""
        query, began = self.query, self.clock()
        fits = None if query.exact or not query.words else log_patterns.holds(query.words)
        for page in self._fetched(aws, sources):
            self.pages += 1
            self.fetched += len(page)
            chosen = page if fits is None else tuple(filter(fits, page))
            if query.most and self.found + len(chosen) >= query.most:
                chosen = chosen[: query.most - self.found]
                self.cut = f"the first {query.most:,} (--max); there may be more"
            if page:
                self.reached = datetime.fromtimestamp(page[-1].at / 1000, UTC)
            self.found += len(chosen)
            if chosen:
                yield chosen
            if self.cut:
                return
            self.looking(self._so_far())
            if self.clock() - began > query.within:
                self.cut = f"stopped after {query.within:.0f} s (--within) and {self.pages:,} pages"
                return

    def _fetched(self, aws: Aws, sources: tuple[Source, ...]) -> Iterator[Page]:
        query = self.query
        pattern = query.words if query.exact else log_patterns.any_case(query.words)
        try:
            yield from aws.log_events.read(sources, pattern, query.since, query.until)
        except OpsctlError as error:
            if failures.aws_code(error) != log_patterns.NOT_UNDERSTOOD or self.pages:
                raise
            if query.exact:
                problem = log_patterns.not_understood(query.words, error)
                problem.hint = f"Without --exact, PATTERN is plain words. {problem.hint}"
                raise problem from None
            self.tell("CloudWatch cannot look for that by itself: fetching every line.")
            yield from aws.log_events.read(sources, "", query.since, query.until)

    def _so_far(self) -> str:
        back = f", at {_at(self.reached)}" if self.reached else ""
        return f"{self.pages:,} pages, {self.found:,} lines found{back} …"


def summary(search: Search, where: str) -> str:
    """The words after the lines: what was searched, and whether all of it was."""
    query = search.query
    span = f"{_at(query.since)} to {_at(query.until)}"
    case = "" if query.exact else " (in any case)"
    what = f" with {query.words!r}{case}" if query.words else ""
    count = f"{search.found:,}" if search.found else "No"
    lines = "line" if search.found == 1 else "lines"
    stop = ""
    if search.cut:
        at = f", at {_at(search.reached)}" if search.reached else ""
        stop = f" Not everything was searched: {search.cut}{at}."
    return f"{count} {lines}{what} in {where}, {span}.{stop}"


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
