"""A part of Logs Insights: fields, display, filter, sort, limit and stats over log events.

What it does not know (parse, dedup, joins, functions) it refuses, as AWS does a misspelled word.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from opsctl.sandbox import insights_filter
from opsctl.sandbox.insights_filter import Row, number
from opsctl.sandbox.insights_stats import stats
from opsctl.sandbox.insights_words import Malformed, Words

Stage = Callable[[list[Row]], list[Row]]
SHOWN = ("@timestamp", "@message")


class Query:
    """A query that was understood. Raises Malformed for one that was not."""

    def __init__(self, text: str) -> None:
        words = Words(text)
        self._stages: list[Stage] = []
        self._shown: tuple[str, ...] = ()
        self._sorted = self._counted = False
        while True:
            self._read(words)
            if not words.takes("|"):
                break
        if words.ahead.kind != "end":
            raise words.unexpected("| or the end")

    def run(self, rows: list[Row], most: int) -> list[Row]:
        """The rows that it answers, each with its fields in order; `rows` in order of time."""
        if not (self._sorted or self._counted):
            rows = rows[::-1]
        for stage in self._stages:
            rows = stage(rows)
        rows = rows[:most]
        if self._counted and not self._shown:
            return rows
        shown = self._shown or SHOWN
        return [{name: row[name] for name in shown if row.get(name) is not None} for row in rows]

    def matched(self, rows: list[Row]) -> int:
        """How many rows pass its filters."""
        for stage in self._stages:
            if getattr(stage, "is_filter", False):
                rows = stage(rows)
        return len(rows)

    def _read(self, words: Words) -> None:
        word = words.ahead
        command = words.name().lower() if word.kind == "name" else ""
        readers = {
            "fields": self._fields,
            "display": self._fields,
            "filter": self._filter,
            "sort": self._sort,
            "limit": self._limit,
            "stats": self._stats,
        }
        if command not in readers:
            raise Malformed(f"unexpected {word.value!r}, a command expected", word.start, word.end)
        readers[command](words)

    def _fields(self, words: Words) -> None:
        names = [words.name()]
        while words.takes(","):
            names.append(words.name())
        self._shown = tuple(dict.fromkeys((*self._shown, *names)))

    def _filter(self, words: Words) -> None:
        condition = insights_filter.any_of(words)

        def kept(rows: list[Row]) -> list[Row]:
            return [row for row in rows if condition(row)]

        kept.is_filter = True  # type: ignore[attr-defined]
        self._stages.append(kept)

    def _sort(self, words: Words) -> None:
        self._sorted = True
        keys: list[tuple[str, bool]] = []
        while True:
            name = words.name()
            down = words.takes("desc")
            if not down:
                words.takes("asc")
            keys.append((name, down))
            if not words.takes(","):
                break

        def ordered(rows: list[Row]) -> list[Row]:
            for name, down in reversed(keys):
                rows = sorted(rows, key=lambda row: _order(row.get(name)), reverse=down)
            return rows

        self._stages.append(ordered)

    def _limit(self, words: Words) -> None:
        most = int(words.number())
        self._stages.append(lambda rows: rows[:most])

    def _stats(self, words: Words) -> None:
        self._counted = True
        self._stages.append(stats(words))


def rows_of(events: Iterable[tuple[str, str, Any]]) -> list[Row]:
    """Rows of (group, stream, event); the fields of a JSON message are fields of the row."""
    return [_row(*each) for each in events]


def _row(group: str, stream: str, event: Any) -> Row:
    at = datetime.fromtimestamp(event.timestamp / 1000, UTC)
    row: Row = {
        "@timestamp": f"{at:%Y-%m-%d %H:%M:%S}.{event.timestamp % 1000:03d}",
        "@message": event.message,
        "@logStream": stream,
        "@log": group,
        "@at": event.timestamp,
        "@ptr": f"{event.event_id}",
    }
    if event.message.startswith("{"):
        with suppress(ValueError):
            _flatten(json.loads(event.message), "", row)
    return row


def _flatten(document: dict[str, Any], before: str, row: Row) -> None:
    for name, value in document.items():
        if isinstance(value, dict):
            _flatten(value, f"{before}{name}.", row)
        elif value is not None:
            row.setdefault(
                f"{before}{name}", json.dumps(value) if isinstance(value, list | bool) else value
            )


def _order(value: Any) -> tuple[int, float, str]:
    """Nothing first, then numbers, then texts."""
    found = number(value)
    if found is not None:
        return 1, found, ""
    return (0, 0.0, "") if value is None else (2, 0.0, str(value))
