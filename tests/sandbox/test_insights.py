"""Whole queries over log events."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from opsctl.sandbox.insights import Query, rows_of
from opsctl.sandbox.insights_words import Malformed

ROWS = rows_of(
    ("/g", "s", SimpleNamespace(timestamp=1000 + at, event_id=at, message=message))
    for at, message in enumerate(
        [
            '{"level": "INFO", "n": 1, "in": {"x": true}}',
            "plain",
            '{"level": "ERROR", "n": 2}',
            "{x",
        ]
    )
)


def test_without_fields_it_is_time_and_message_newest_first() -> None:
    found = Query("filter ispresent(n)").run(list(ROWS), 10)
    assert [it["@timestamp"] for it in found] == [
        "1970-01-01 00:00:01.002",
        "1970-01-01 00:00:01.000",
    ]


def test_fields_of_json_are_fields() -> None:
    found = Query("fields n, level, in.x | filter n = 1").run(list(ROWS), 10)
    assert found == [{"n": 1, "level": "INFO", "in.x": "true"}]


def test_sorted_and_limited() -> None:
    assert Query("fields n | sort n desc | limit 1").run(list(ROWS), 10) == [{"n": 2}]


def test_counts_can_be_sorted() -> None:
    found = Query("stats count(*) as c by level | sort c desc, level asc").run(list(ROWS), 10)
    assert [it["c"] for it in found] == [2, 1, 1]


def test_what_fits_is_counted() -> None:
    assert Query("filter level = 'INFO' | stats count(*)").matched(list(ROWS)) == 1


@pytest.mark.parametrize(
    ("text", "start"), [("", 0), ("parse x", 0), ("fields a | bogus", 11), ("fields a b", 9)]
)
def test_what_it_does_not_know_is_refused_with_its_place(text: str, start: int) -> None:
    with pytest.raises(Malformed) as caught:
        Query(text)
    assert caught.value.start == start
