"""Log search, against pages made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from opsctl.aws import Aws
from opsctl.aws.failures import Rejected
from opsctl.aws.log_events import LogEvent, Page, Source
from opsctl.errors import UsageProblem
from opsctl.reports.log_search import Query, Search, summary

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SOURCES = (Source("/g", "ecs/app/"),)


def _query(words: str = "error", **over: Any) -> Query:
    return Query(**{"words": words, "since": NOW - timedelta(hours=1), "until": NOW, **over})


class Pages:
    """Pages of log lines; a pattern of `refused` is not understood."""

    def __init__(self, *pages: list[str], refused: bool = False) -> None:
        self.pages, self.refused = pages, refused
        self.asked: list[str] = []
        self.made = 0

    @property
    def aws(self) -> Aws:
        return cast(Aws, SimpleNamespace(log_events=self))

    def read(self, sources: Any, pattern: str, since: Any, until: Any) -> Iterator[Page]:
        self.asked.append(pattern)
        if self.refused and pattern:
            error = Rejected("Invalid pattern")
            error.aws_code = "InvalidParameterException"  # type: ignore[attr-defined]
            raise error
        for lines in self.pages:
            self.made += 1
            yield tuple(LogEvent(1_000, "s", line, str(n)) for n, line in enumerate(lines))


def _found(search: Search, pages: Pages) -> list[str]:
    return [it.message for page in search.events(pages.aws, SOURCES) for it in page]


def test_lines_are_found_in_any_case_and_empty_pages_are_followed() -> None:
    pages = Pages([], ["an Error", "fine"], [], [], ["ERRORS"])
    search = Search(_query())
    assert _found(search, pages) == ["an Error", "ERRORS"]
    assert (search.pages, search.found, search.cut) == (5, 2, "")


def test_pages_are_fetched_as_they_are_read() -> None:
    pages = Pages(["error 1"], ["error 2"])
    next(Search(_query()).events(pages.aws, SOURCES))
    assert pages.made == 1


def test_enough_is_enough_and_is_told() -> None:
    pages = Pages(["error 1", "error 2"], ["error 3"])
    search = Search(_query(most=2))
    assert _found(search, pages) == ["error 1", "error 2"]
    assert "first 2" in summary(search, "/g")
    assert pages.made == 1


def test_a_search_that_takes_too_long_stops_and_says_how_far_it_came() -> None:
    moments = iter(range(0, 10_000, 200))
    pages = Pages(*[["error"]] * 50)
    search = Search(_query(within=500.0), clock=lambda: float(next(moments)))
    assert len(_found(search, pages)) == 3
    assert "Not everything was searched: stopped after 500 s" in summary(search, "/g")


def test_exact_is_cloudwatchs_own_pattern() -> None:
    pages = Pages(["whatever"])
    assert _found(Search(_query("{ $.a = 1 }", exact=True)), pages) == ["whatever"]
    assert pages.asked == ["{ $.a = 1 }"]


def test_an_exact_pattern_that_is_not_understood_is_told() -> None:
    with pytest.raises(UsageProblem, match="does not understand"):
        _found(Search(_query("[", exact=True)), Pages([], refused=True))


def test_words_that_cloudwatch_refuses_are_looked_for_here() -> None:
    told: list[str] = []
    pages = Pages(["an ERROR", "fine"], refused=True)
    assert _found(Search(_query(), tell=told.append), pages) == ["an ERROR"]
    assert len(told) == 1
    assert pages.asked[-1] == ""


def test_nothing_found_says_what_was_searched() -> None:
    search = Search(_query("Größe"))
    assert _found(search, Pages([])) == []
    text = summary(search, "/g (ecs/app/…)")
    assert text.startswith(
        "No lines with 'Größe' (in any case) in /g (ecs/app/…), 2026-11-24 02:00"
    )


@pytest.mark.parametrize(
    "over", [{"until": NOW - timedelta(hours=2)}, {"most": -1}, {"words": "a\x00b"}]
)
def test_what_makes_no_sense_is_refused(over: dict[str, Any]) -> None:
    with pytest.raises(UsageProblem):
        _query(**over)
