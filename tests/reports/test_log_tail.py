"""Log tail: live and polled together show each event once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from opsctl.aws import Aws
from opsctl.aws.live_tail import Update
from opsctl.aws.log_events import LogEvent, Page, Source
from opsctl.errors import NoAccess, NotFound, OpsctlError, UsageProblem
from opsctl.reports.log_patterns import has_level
from opsctl.reports.log_tail import Ask, Tail

NOW = 2_000_000_000_000
SOURCE = Source("/g", "ecs/app/")
SINCE = datetime.fromtimestamp(NOW / 1000 - 60, UTC)


class Shelf:
    """A group that is polled and a live tail beside it; `live` are updates, or what is raised."""

    def __init__(self, *live: Any) -> None:
        self.held: list[LogEvent] = []
        self.now = NOW
        self.live = live
        self.aws = SimpleNamespace(requests=[])
        self.asked: list[Source] = []

    @property
    def door(self) -> Aws:
        return cast(Aws, SimpleNamespace(log_events=self, live_tail=self))

    def put(self, *names: str) -> Page:
        some = tuple(LogEvent(NOW, "ecs/app/a", name, f"id{name}") for name in names)
        self.held += some
        return tuple(LogEvent(it.at, it.stream, it.message) for it in some)

    def page(self, source: Source, words: Any, token: str) -> tuple[Page, str]:
        self.asked.append(source)
        return tuple(self.held), ""

    def read(self, *_: Any) -> Iterator[Page]:
        yield tuple(self.held)

    def updates(self, *_: Any) -> Iterator[Update]:
        yield Update(())
        for each in self.live:
            if isinstance(each, Exception):
                raise each
            yield each() if callable(each) else each


def _tail(shelf: Shelf, looks: int = 1, **over: Any) -> tuple[list[str], list[str]]:
    """(messages in order, what was told)."""
    told: list[str] = []
    waits = iter(range(looks))
    ask = Ask(**{"since": SINCE, "until": SINCE, **over})
    tail = Tail(
        ask,
        lambda: (SOURCE,),
        tell=told.append,
        pause=lambda _: next(waits, None) is None,
        clock=lambda: 0.0,
    )
    pages = tail.events(shelf.door, (SOURCE,))
    return [it.message for page in pages for it in page], told


def test_what_was_polled_before_the_session_is_not_shown_again_by_it() -> None:
    shelf = Shelf()
    first = shelf.put("a", "b")
    shelf.live = (Update(first), lambda: Update(shelf.put("c")))
    shown, _ = _tail(shelf, live=True)
    assert shown == ["a", "b", "c"]


def test_what_was_live_is_not_shown_again_by_polling() -> None:
    shelf: Shelf = Shelf(lambda: Update(shelf.put("a", "a", "b")))
    shown, told = _tail(shelf, looks=3, live=True)
    assert shown == ["a", "a", "b"]
    assert "has ended" in told[0]


def test_a_sample_is_given_up_for_polling_and_nothing_is_missed() -> None:
    shelf: Shelf = Shelf(lambda: Update(shelf.put("a", "b", "c")[:1], sampled=True))
    shown, told = _tail(shelf, live=True)
    assert sorted(shown) == ["a", "b", "c"]
    assert "sample" in told[0]


def test_without_the_permission_it_polls_and_says_so() -> None:
    shelf = Shelf(NoAccess("no right to logs:StartLiveTail."))
    shelf.put("a")
    shown, told = _tail(shelf, live=True)
    assert shown == ["a"]
    assert "logs:StartLiveTail" in told[0]


def test_a_level_is_looked_at_here_too() -> None:
    shelf = Shelf()
    shelf.put('{"level": "ERROR", "m": 1}', '{"level": "INFO"}')
    shown, _ = _tail(shelf, test=has_level(("ERROR",)))
    assert shown == ['{"level": "ERROR", "m": 1}']


def test_without_following_it_ends() -> None:
    shelf = Shelf()
    shelf.put("a")
    assert _tail(shelf, follow=False)[0] == ["a"]


class Refusing(Shelf):
    """CloudWatch, when the pattern is none."""

    def page(self, source: Source, words: Any, token: str) -> tuple[Page, str]:
        raise _no_pattern()

    def read(self, *_: Any) -> Iterator[Page]:
        raise _no_pattern()


def _no_pattern() -> OpsctlError:
    error = OpsctlError("logs:FilterLogEvents: Invalid filter pattern")
    error.aws_code = "InvalidParameterException"  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize("follow", [True, False])
def test_a_pattern_that_is_not_understood_is_the_typists_error(follow: bool) -> None:
    with pytest.raises(UsageProblem, match=r"does not understand the pattern '\{ bad'"):
        _tail(Refusing(), follow=follow, pattern="{ bad")
    with pytest.raises(OpsctlError) as caught:
        _tail(Refusing(), follow=follow)
    assert not isinstance(caught.value, UsageProblem)


def test_the_sources_are_looked_for_anew_and_trouble_with_that_is_told() -> None:
    shelf = Shelf()
    told: list[str] = []
    moments = iter(range(0, 10_000, 100))
    found = iter([(Source("/new"),)])

    def find() -> tuple[Source, ...]:
        for each in found:
            return each
        raise NotFound("There is no service.")

    waits = iter(range(2))
    tail = Tail(
        Ask(SINCE, SINCE),
        find,
        tell=told.append,
        pause=lambda _: next(waits, None) is None,
        clock=lambda: float(next(moments)),
    )
    list(tail.events(shelf.door, (SOURCE,)))
    assert Source("/new") in shelf.asked
    assert told == ["There is no service. Following the streams known so far."] * 2
