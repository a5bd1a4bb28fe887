"""`stats` of Logs Insights: `stats count(*) as n, pct(milliseconds, 99) by status, bin(5m)`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from opsctl.sandbox.insights_filter import Row, number
from opsctl.sandbox.insights_words import Malformed, Word, Words

_BIN = re.compile(r"(\d+)(ms|s|m|h|d)")
_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_OVER: dict[str, Callable[[list[float]], float]] = {
    "sum": sum,
    "avg": lambda values: sum(values) / len(values),
    "min": min,
    "max": max,
}


@dataclass(frozen=True)
class _Column:
    """One column: its name, and what makes its value of some rows."""

    name: str
    of: Callable[[list[Row]], Any]


@dataclass(frozen=True)
class _Group:
    """One thing that rows are grouped by."""

    name: str
    of: Callable[[Row], Any]


def stats(words: Words) -> Callable[[list[Row]], list[Row]]:
    """Reads what comes after the word `stats`. Raises Malformed."""
    columns = [_column(words)]
    while words.takes(","):
        columns.append(_column(words))
    groups: list[_Group] = []
    if words.takes("by"):
        groups.append(_group(words))
        while words.takes(","):
            groups.append(_group(words))

    def counted(rows: list[Row]) -> list[Row]:
        found: dict[tuple[Any, ...], list[Row]] = {}
        for row in rows:
            found.setdefault(tuple(it.of(row) for it in groups), []).append(row)
        return [
            {
                **{it.name: value for it, value in zip(groups, key, strict=True)},
                **{it.name: it.of(some) for it in columns},
            }
            for key, some in found.items()
        ]

    return counted


def _column(words: Words) -> _Column:
    word = words.ahead
    function = words.name().lower()
    words.must("(")
    if function == "count" and words.takes("*"):
        made = _Column("count(*)", len)
    elif function == "pct":
        made = _percent(words)
    else:
        made = _plain(function, words, word)
    words.must(")")
    return _Column(words.name(), made.of) if words.takes("as") else made


def _percent(words: Words) -> _Column:
    field = words.name()
    words.must(",")
    share = words.number()
    name = f"pct({field}, {share:g})"
    return _Column(name, lambda rows: _percentile(_numbers(rows, field), share / 100))


def _plain(function: str, words: Words, word: Word) -> _Column:
    field = words.name()
    name = f"{function}({field})"
    if function == "count":
        return _Column(name, lambda rows: sum(row.get(field) is not None for row in rows))
    if function == "count_distinct":
        return _Column(
            name, lambda rows: len({row[field] for row in rows if row.get(field) is not None})
        )
    if function not in _OVER:
        raise Malformed(f"unknown function {function!r}", word.start, word.end)
    over = _OVER[function]
    return _Column(
        name, lambda rows: _short(over(values)) if (values := _numbers(rows, field)) else None
    )


def _group(words: Words) -> _Group:
    if not words.takes("bin", "("):
        field = words.name()
        return _Group(field, lambda row: row.get(field))
    word = words.take()
    found = _BIN.fullmatch(word.value)
    if not found:
        raise Malformed(f"{word.value!r} is no period like 5m", word.start, word.end)
    words.must(")")
    size = int(found[1]) * _UNITS[found[2]]
    return _Group(f"bin({word.value})", lambda row: _moment(row["@at"] // size * size))


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S}.{at % 1000:03d}"


def _numbers(rows: list[Row], field: str) -> list[float]:
    return [value for row in rows if (value := number(row.get(field))) is not None]


def _percentile(values: list[float], share: float) -> Any:
    if not values:
        return None
    ordered = sorted(values)
    return _short(ordered[max(0, math.ceil(share * len(ordered)) - 1)])


def _short(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 4)
