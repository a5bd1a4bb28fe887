"""What a sample of the service's log says, put together."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from opsctl.aws.log_events import LogEvent

MOST_MESSAGES = 3
LONGEST = 160
_VARIES = re.compile(r"\b[0-9a-f]{8,}(?:-[0-9a-f]+)*\b|\d+(?:\.\d+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Lines:
    """Lines of one sort: how many, from when to when, and what most of them say.

    `cut`: there are more, which were not read.
    """

    count: int
    first: datetime
    last: datetime
    messages: tuple[tuple[str, int], ...]
    """(an example, how many lines differ from it only by numbers), the most frequent first."""
    cut: bool = False


@dataclass(frozen=True)
class Served:
    """Requests as the tasks logged them: how many, milliseconds, and the slowest path."""

    count: int
    median: float
    slowest: float
    path: str
    tasks: int
    slow_tasks: int
    """Of the tasks, how many took more than a second for at least half of their requests."""


def summed_up(events: Iterable[LogEvent], *, cut: bool = False) -> Lines | None:
    """The lines summed up; None where there are none."""
    found = list(events)
    if not found:
        return None
    shapes: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for it in found:
        text = message(it.message)
        shape = _VARIES.sub("#", text)
        shapes[shape] += 1
        examples.setdefault(shape, text)
    common = shapes.most_common(MOST_MESSAGES)
    return Lines(
        len(found),
        _moment(min(it.at for it in found)),
        _moment(max(it.at for it in found)),
        tuple((examples[shape], count) for shape, count in common),
        cut,
    )


def served(events: Iterable[LogEvent], slow: float) -> Served | None:
    """How long requests took, by the lines that tell; `slow` is in milliseconds."""
    times: dict[str, list[float]] = {}
    worst = (-1.0, "")
    for it in events:
        line = _document(it.message)
        took = line.get("milliseconds")
        if isinstance(took, int | float):
            times.setdefault(it.stream, []).append(float(took))
            worst = max(worst, (float(took), str(line.get("path", ""))))
    if not times:
        return None
    every = sorted(value for values in times.values() for value in values)
    medians = [sorted(values)[len(values) // 2] for values in times.values()]
    return Served(
        len(every),
        every[len(every) // 2],
        worst[0],
        worst[1],
        len(medians),
        sum(median >= slow for median in medians),
    )


def message(line: str) -> str:
    """What a line says: the message of a JSON line and its exception's last line, or the text."""
    document = _document(line)
    text = str(document.get("message") or line).strip()
    exception = str(document.get("exception") or "").strip()
    if exception:
        last = exception.splitlines()[-1]
        text = f"{text.removesuffix(last.partition(':')[0]).rstrip(': ')}: {last}"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _document(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
