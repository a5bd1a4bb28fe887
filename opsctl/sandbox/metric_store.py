"""The metric store: values by series and second, in bounded memory, with exact percentiles."""

from __future__ import annotations

import bisect
import math
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_POINTS = 6000
"""Of one series: more than three hours at one point every two seconds. The oldest go first."""

MAX_SERIES = 5000

Dimensions = tuple[tuple[str, str], ...]
"""Sorted pairs of name and value."""

SeriesKey = tuple[str, str, Dimensions]
"""Namespace, metric name, dimensions."""


@dataclass(frozen=True)
class Point:
    """What was put at one moment: values, how often each occurred, and the extremes.

    `at` is seconds since 1970.
    """

    at: float
    values: tuple[float, ...]
    counts: tuple[float, ...]
    total: float
    low: float
    high: float
    unit: str = "None"


def of_values(
    at: float, values: Sequence[float], counts: Sequence[float] = (), unit: str = "None"
) -> Point:
    """A point of single values; `counts` says how often each occurred (once if it is empty)."""
    weights = tuple(counts) or (1.0,) * len(values)
    total = sum(value * weight for value, weight in zip(values, weights, strict=True))
    return Point(at, tuple(values), weights, total, min(values), max(values), unit)


def of_statistics(
    at: float, *, count: float, total: float, low: float, high: float, unit: str = "None"
) -> Point:
    """A point of which only the statistics are known: its percentiles are those of its mean."""
    return Point(at, (total / count if count else 0.0,), (count,), total, low, high, unit)


def dimensions(pairs: Iterable[tuple[str, str]]) -> Dimensions:
    """Dimensions in the one order that makes a key."""
    return tuple(sorted(pairs))


class MetricStore:
    """Every metric of one account and region. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._series: dict[SeriesKey, list[Point]] = {}

    def put(self, key: SeriesKey, point: Point) -> None:
        """Add a point; points may come late, and the oldest beyond MAX_POINTS are dropped."""
        with self._lock:
            if key not in self._series and len(self._series) >= MAX_SERIES:
                self._series.pop(next(iter(self._series)))
            points = self._series.setdefault(key, [])
            bisect.insort(points, point, key=lambda it: it.at)
            if len(points) > MAX_POINTS:
                del points[: len(points) - MAX_POINTS]

    def between(self, key: SeriesKey, start: float, end: float, unit: str = "") -> list[Point]:
        """The points of a series with start ≤ at < end, oldest first."""
        with self._lock:
            points = self._series.get(key, [])
            first = bisect.bisect_left(points, start, key=lambda it: it.at)
            last = bisect.bisect_left(points, end, key=lambda it: it.at)
            found = points[first:last]
        return [it for it in found if it.unit == unit] if unit else found

    def clear(self) -> int:
        """Forget everything. Answers how many series there were."""
        with self._lock:
            found = len(self._series)
            self._series.clear()
        return found

    def drop(self, key: SeriesKey, start: float) -> None:
        """Forget the points of a series from then on."""
        with self._lock:
            points = self._series.get(key, [])
            del points[bisect.bisect_left(points, start, key=lambda it: it.at) :]

    def periods(
        self, key: SeriesKey, start: float, end: float, period: int, unit: str = ""
    ) -> list[tuple[float, list[Point]]]:
        """The points by period, aligned as CloudWatch aligns them: to multiples of the period."""
        aligned = math.floor(start / period) * period
        grouped: dict[float, list[Point]] = {}
        for point in self.between(key, aligned, end, unit):
            grouped.setdefault(math.floor(point.at / period) * period, []).append(point)
        return sorted(grouped.items(), key=lambda item: item[0])

    def series(self) -> list[SeriesKey]:
        """Every series there is."""
        with self._lock:
            return list(self._series)


def statistic(points: Sequence[Point], name: str) -> float | None:
    """`Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount` or a percentile such as `p99.9`.

    None for no points, or for a statistic that this store does not know.
    """
    count = sum(sum(point.counts) for point in points)
    if not points or not count:
        return None
    total = sum(point.total for point in points)
    simple = {
        "Sum": total,
        "SampleCount": count,
        "Average": total / count,
        "Minimum": min(point.low for point in points),
        "Maximum": max(point.high for point in points),
    }
    wanted = re.fullmatch(r"p(\d{1,2}(?:\.\d{1,10})?|100)", name)
    return percentile(points, float(wanted.group(1))) if wanted else simple.get(name)


def percentile(points: Sequence[Point], rank: float) -> float:
    """The smallest value that at least `rank` per cent of the values do not exceed."""
    pairs = sorted(
        pair for point in points for pair in zip(point.values, point.counts, strict=True)
    )
    needed = sum(weight for _, weight in pairs) * rank / 100
    seen = 0.0
    for value, weight in pairs:
        seen += weight
        if seen >= needed:
            return value
    return pairs[-1][0]
