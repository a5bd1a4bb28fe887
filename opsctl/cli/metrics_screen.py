"""What `opsctl metrics` shows: plots at a terminal, a table in a pipe."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime

from opsctl.aws.metrics import Point, Series
from opsctl.reports.metrics import Metrics
from opsctl.terminal import plots
from opsctl.terminal.blocks import Block, Table, Words, bold, dim, warn
from opsctl.terminal.plots import Line, Plot, number

WIDE, TALL = 120, 40
ROWS = (
    ("latency p50", "latency_p50"),
    ("latency p90", "latency_p90"),
    ("latency p99", "latency_p99"),
    ("requests", "requests"),
    ("target 5xx", "target_5xx"),
    ("balancer 5xx", "balancer_5xx"),
    ("target 4xx", "target_4xx"),
    ("CPU", "cpu"),
    ("memory", "memory"),
    ("tasks", "tasks"),
    ("throttles", ""),
)
COUNTERS = ("requests", "target_5xx", "balancer_5xx", "target_4xx", "")
"""No data means zero for these, where CloudWatch knows their dimensions."""


def size() -> tuple[int, int]:
    """Columns and lines of the terminal."""
    found = shutil.get_terminal_size()
    return found.columns, found.lines


def plotted(found: Metrics, columns: int, lines: int) -> Iterator[Block]:
    """Six plots on one screen; where it is tall, the table below them."""
    yield _title(found)
    across = 3 if columns >= WIDE else 2 if columns >= 60 else 1
    table = lines >= TALL
    marks = _deployments(found, most=1 if not table else 6)
    used = 2 + len(marks) + len(found.unknown) + (len(ROWS) + 2 if table else 0)
    plots_down = -(-6 // across)
    height = max(5, (lines - used) // plots_down)
    yield from plots.side_by_side(_plots(found), columns=across, width=columns, height=height)
    yield from marks
    yield from _unknown(found)
    if table:
        yield ""
        yield _table(found)


def listed(found: Metrics) -> Iterator[Block]:
    """The table, for pipes and files."""
    yield _title(found)
    yield _table(found)
    yield from _deployments(found, most=20)
    yield from _unknown(found)


def _title(found: Metrics) -> Words:
    span = f"{found.since:%Y-%m-%d %H:%M} – {found.until:%H:%M} UTC"
    return Words((bold("Metrics"), f"  {span}", dim(f"  a point is {found.period} s")))


def _plots(found: Metrics) -> list[Plot]:
    def plot(title: str, unit: str, *lines: tuple[str, str, Series, bool]) -> Plot:
        drawn = [Line(name, style, _runs(found, it, zero)) for name, style, it, zero in lines]
        empty = "no data" if any(not it.known for _, _, it, _ in lines) else "none"
        marks = [it.at for it in found.deployments]
        return Plot(title, drawn, found.since, found.until, unit, marks, empty)

    of = found.of
    return [
        plot(
            "latency",
            "s",
            ("p50", "good", of("latency_p50"), False),
            ("p90", "warn", of("latency_p90"), False),
            ("p99", "bad", of("latency_p99"), False),
        ),
        plot("requests", "", ("requests", "good", of("requests"), True)),
        plot(
            "errors",
            "",
            ("4xx", "dim", of("target_4xx"), True),
            ("balancer 5xx", "warn", of("balancer_5xx"), True),
            ("target 5xx", "bad", of("target_5xx"), True),
        ),
        plot(
            "of the reserved",
            "%",
            ("memory", "warn", of("memory"), False),
            ("CPU", "good", of("cpu"), False),
        ),
        plot("running tasks", "", ("tasks", "good", of("tasks"), False)),
        plot("DynamoDB throttles", "", ("throttles", "bad", found.throttles(), True)),
    ]


def _runs(found: Metrics, it: Series, zero: bool) -> list[list[tuple[float, float]]]:
    """The points without gaps; a counter is at zero where it has no point."""
    points = _filled(found, it) if zero and it.points else it.points
    runs: list[list[tuple[float, float]]] = []
    for point in points:
        at = point.at.timestamp()
        if not runs or at - runs[-1][-1][0] > 2 * found.period:
            runs.append([])
        runs[-1].append((at, point.value))
    return runs


def _filled(found: Metrics, it: Series) -> Sequence[Point]:
    known = {point.at.timestamp(): point.value for point in it.points}
    first = found.since.timestamp() // found.period * found.period
    # The period that is not over yet is no zero.
    count = int((found.until.timestamp() - first) // found.period)
    moments = sorted({first + n * found.period for n in range(count)} | known.keys())
    return [Point(datetime.fromtimestamp(at, found.until.tzinfo), known.get(at, 0.0))
            for at in moments if at >= found.since.timestamp()]  # fmt: skip


def _table(found: Metrics) -> Table:
    rows = [
        (title, *_numbers(found.of(name) if name else found.throttles(), name in COUNTERS))
        for title, name in ROWS
    ]
    return Table(("METRIC", "NOW", "HIGHEST", "TOTAL", ""), rows, right=(1, 2, 3))


def _numbers(it: Series, counter: bool) -> tuple[str, str, str, str]:
    if not it.points:
        if not it.known:
            return "", "", "", warn("no data: CloudWatch knows no such metric")
        return ("0", "0", "0", "") if counter else ("", "", "", dim("no data"))
    note = "" if it.complete else warn("incomplete")
    total = number(it.total, "") if counter else ""
    return number(it.latest or 0, it.unit), number(it.highest or 0, it.unit), total, note


def _deployments(found: Metrics, most: int) -> list[Words]:
    """The last deployments, those that the vertical lines stand for."""
    made = [
        Words((dim("  │ "), f"{it.at:%H:%M:%S}  revision {it.revision}  ", dim(it.status)))
        for it in found.deployments[-most:]
    ]
    more = len(found.deployments) - len(made)
    if more:
        first = Words((*made[0].pieces, dim(f"  and {more} before")))
        return [first, *made[1:]]
    return made


def _unknown(found: Metrics) -> Iterator[Words]:
    for it in found.unknown:
        yield Words((warn("  ? "), f"not looked at: {it}"))
