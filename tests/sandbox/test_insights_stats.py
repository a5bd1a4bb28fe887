"""Counting over rows."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl.sandbox.insights_stats import stats
from opsctl.sandbox.insights_words import Malformed, Words

ROWS: list[dict[str, Any]] = [
    {"@at": minute * 60_000, "s": 200 if minute else 500, "ms": minute, "u": f"u{minute % 2}"}
    for minute in range(10)
]


def _stats(text: str) -> list[dict[str, Any]]:
    return stats(Words(text))(ROWS)


def test_counting_by_a_field() -> None:
    assert _stats("count(*) as n by s") == [{"s": 500, "n": 1}, {"s": 200, "n": 9}]


def test_functions_over_all() -> None:
    assert _stats(
        "sum(ms), avg(ms), min(ms), max(ms), pct(ms, 50), count(u), count_distinct(u)"
    ) == [
        {
            "sum(ms)": 45,
            "avg(ms)": 4.5,
            "min(ms)": 0,
            "max(ms)": 9,
            "pct(ms, 50)": 4,
            "count(u)": 10,
            "count_distinct(u)": 2,
        }
    ]


def test_periods() -> None:
    found = _stats("count(*) by bin(5m)")
    assert found == [
        {"bin(5m)": "1970-01-01 00:00:00.000", "count(*)": 5},
        {"bin(5m)": "1970-01-01 00:05:00.000", "count(*)": 5},
    ]


def test_nothing_to_count_has_no_value() -> None:
    assert _stats("avg(gone)") == [{"avg(gone)": None}]


@pytest.mark.parametrize("text", ["", "count", "median(ms)", "count(*) by bin(5x)", "pct(ms)"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        _stats(text)
