"""A tail that asks again and again, against pages that are made by hand."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from opsctl.aws.log_events import LogEvent, LogEvents, Page, Source
from opsctl.aws.log_polling import Polling
from opsctl.aws.log_window import LATE
from opsctl.errors import NoAccess, NotFound, Unreachable

NOW = 2_000_000_000_000
SOURCE = Source("/g", "ecs/app/")


class Shelf:
    """A log group: events lie on it from the look on in which they arrive."""

    def __init__(self, most: int = 1000) -> None:
        self.held: list[LogEvent] = []
        self.now = NOW
        self.asked: list[tuple[int, str]] = []
        self.errors: list[Exception] = []
        self.most = most
        self.aws = SimpleNamespace(requests=[])

    def put(self, *moments: int, stream: str = "s") -> None:
        for at in moments:
            self.held.append(LogEvent(at, stream, f"m{at}", f"id{len(self.held)}"))

    def page(self, source: Source, words: dict[str, Any], token: str) -> tuple[Page, str]:
        self.asked.append((words["startTime"], token))
        if self.errors:
            raise self.errors.pop(0)
        fits = sorted((it for it in self.held if it.at >= words["startTime"]), key=lambda it: it.at)
        first = int(token or 0)
        after = first + self.most
        return tuple(fits[first:after]), str(after) if after < len(fits) else ""


class Reader:
    """Collects what a tail shows; `between` are done one after another, while it waits."""

    def __init__(self, shelf: Shelf, between: Iterable[Any] = (), **words: Any) -> None:
        self.between = iter(between)
        self.waits: list[float] = []
        self.told: list[str] = []
        words = {"sources": lambda: [SOURCE], "pattern": "", "since": NOW - 1000, **words}
        tail = Polling(cast(LogEvents, shelf), **words, tell=self.told.append, pause=self._pause)
        self.shown = [event for page in tail.pages() for event in page]

    def _pause(self, seconds: float) -> bool:
        self.waits.append(seconds)
        step = next(self.between, None)
        if step is None:
            return True
        step()
        return False


def test_each_event_is_shown_once_over_many_looks() -> None:
    shelf = Shelf(most=3)
    shelf.put(*[NOW] * 10)
    steps = [lambda: shelf.put(*[NOW + 1] * 10)] * 4
    reader = Reader(shelf, steps)
    assert len(reader.shown) == 50
    assert len({it.id for it in reader.shown}) == 50


def test_what_arrives_late_is_shown_all_the_same() -> None:
    shelf = Shelf()
    shelf.now = NOW + LATE
    shelf.put(NOW - 1000, NOW + LATE)
    late = NOW + 1
    steps = [lambda: shelf.put(late)] + [lambda: None] * 7
    assert late in [it.at for it in Reader(shelf, steps).shown]


def test_throttling_is_waited_out_on_the_same_page() -> None:
    shelf = Shelf(most=2)
    shelf.put(*range(NOW, NOW + 6))
    shelf.errors = [Unreachable("AWS throttles")] * 3
    reader = Reader(shelf, [lambda: None] * 3)
    assert [it.at for it in reader.shown] == list(range(NOW, NOW + 6))
    assert [text.rpartition(" in ")[2] for text in reader.told] == ["1 s.", "2 s.", "4 s."]
    assert len(set(shelf.asked[:4])) == 1


def test_a_group_that_is_not_there_yet_is_waited_for_and_told_once() -> None:
    shelf = Shelf()
    shelf.put(NOW)
    shelf.errors = [NotFound("gone")] * 2
    reader = Reader(shelf, [lambda: None] * 2)
    assert [it.at for it in reader.shown] == [NOW]
    assert len(reader.told) == 1


def test_a_missing_permission_ends_it() -> None:
    shelf = Shelf()
    shelf.errors = [NoAccess("no")]
    with pytest.raises(NoAccess):
        Reader(shelf)


def test_it_asks_less_often_while_nothing_comes() -> None:
    shelf = Shelf()
    waits = Reader(shelf, [lambda: None] * 8).waits
    assert waits[0] < waits[1] < waits[-1] == 5.0


def test_two_groups_are_one_order_of_time_within_a_look() -> None:
    shelf = Shelf()
    shelf.put(NOW + 2, NOW, NOW + 1)
    other = Source("/other")
    reader = Reader(shelf, sources=lambda: [SOURCE, other])
    assert [it.at - NOW for it in reader.shown] == [0, 0, 1, 1, 2, 2]


def test_a_source_that_comes_later_begins_with_its_last_minutes() -> None:
    shelf = Shelf()
    known = [SOURCE]
    begin = NOW - 10 * LATE
    Reader(shelf, [lambda: known.append(Source("/new"))], sources=lambda: list(known), since=begin)
    assert shelf.asked[-1][0] == NOW - LATE
