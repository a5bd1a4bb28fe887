"""Plots of numbers over time, in characters: the only place that knows plotext."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsctl.terminal.blocks import Styled, Words

_COLOURS = {"bad": 1, "good": 2, "warn": 3, "dim": 8}
_STYLES = {str(number): name for name, number in _COLOURS.items()}
_CODE = re.compile(r"\x1b\[([0-9;]*)m")


@dataclass(frozen=True)
class Line:
    """One line of a plot. `style` is good, warn, bad or dim; `runs` are (seconds, value) without
    a gap in each: a line is not drawn through what nobody measured."""

    name: str
    style: str
    runs: Sequence[Sequence[tuple[float, float]]]


@dataclass(frozen=True)
class Plot:
    """Lines from `since` to `until` above zero; `marks` are moments with a vertical line."""

    title: str
    lines: Sequence[Line]
    since: datetime
    until: datetime
    unit: str = ""
    marks: Sequence[datetime] = ()
    empty: str = "no data"
    """What to say where there is nothing to draw."""


def side_by_side(
    plots: Sequence[Plot], *, columns: int, width: int, height: int
) -> Iterator[Words]:
    """The lines of plots in so many columns, each plot `height` lines high, within `width`."""
    wide = width // columns - 1
    for start in range(0, len(plots), columns):
        drawn = [draw(it, width=wide, height=height) for it in plots[start : start + columns]]
        for pieces in zip(*drawn, strict=True):
            yield Words([piece for one in pieces for piece in (*one, " ")][:-1])


def draw(plot: Plot, *, width: int, height: int) -> list[list[str]]:
    """A plot as lines of pieces, all `width` characters wide, the title first."""
    if any(run for line in plot.lines for run in line.runs):
        return [_title(plot, width), *_body(plot, width, height - 1)]
    blank = [[" " * width] for _ in range(height - 2)]
    return [_title(plot, width), [Styled(f"  {plot.empty}".ljust(width)[:width], "dim")], *blank]


def _title(plot: Plot, width: int) -> list[str]:
    """Its name, and each line's in the line's colour."""
    pieces: list[str] = [Styled(plot.title, "bold")]
    if len(plot.lines) > 1:
        pieces += [Styled(f"  {it.name}", it.style) for it in plot.lines]
    left = width - sum(map(len, pieces))
    return [*pieces, " " * left] if left >= 0 else [Styled(plot.title.ljust(width)[:width], "bold")]


def _body(plot: Plot, width: int, height: int) -> list[list[str]]:
    import plotext

    figure: Any = plotext.figure
    figure.clear()
    figure.plot_size(width, height)
    figure.axes(False)
    figure.legend(False)
    for mark in plot.marks:
        figure.line(mark.timestamp(), orientation="v", pixel=_COLOURS["dim"])
    # The last line is drawn over the others.
    for line in plot.lines:
        for run in line.runs:
            _add(figure, run, plotext.marker("braille", _COLOURS[line.style]))
    top = _top(plot)
    low, high = plot.since.timestamp(), plot.until.timestamp()
    figure.ruler("x").lim(low, high)
    figure.ruler("x").ticks([low, high], [f"{plot.since:%H:%M}", f"{plot.until:%H:%M}"])
    figure.ruler("y").lim(0, top)
    figure.ruler("y").ticks([0, top], ["0", number(top, plot.unit)])
    made = [list(_pieces(line)) for line in figure.build().string().split("\n")[:height]]
    figure.clear()
    return [_fitted(line, width) for line in made] + [[" " * width]] * (height - len(made))


def _add(figure: Any, run: Sequence[tuple[float, float]], marker: Any) -> None:
    signal = figure.signal([at for at, _ in run], [value for _, value in run], marker=marker)
    signal.lines()
    figure.draw(signal)


def _top(plot: Plot) -> float:
    """A round number just above everything: 1, 2 or 5 times a power of ten."""
    highest = max(value for line in plot.lines for run in line.runs for _, value in run)
    power = 1e-3
    while power * 10 < highest:
        power *= 10
    return next((power * it for it in (1, 2, 5, 10) if power * it >= highest), power)


def _pieces(line: str) -> Iterator[str]:
    """A line with plotext's colours as pieces with ours; its backgrounds are left out."""
    style = ""
    for index, part in enumerate(_CODE.split(line)):
        if index % 2:
            words = part.split(";")
            if words[0] == "38" and len(words) == 3:
                style = _STYLES.get(words[2], "dim")
            elif words[0] in ("", "0"):
                style = ""
        elif part:
            yield Styled(part, style) if style else part


def _fitted(pieces: list[str], width: int) -> list[str]:
    missing = width - sum(map(len, pieces))
    return [*pieces, " " * missing] if missing > 0 else pieces


def number(value: float, unit: str) -> str:
    """A number in few characters: `1.2 s`, `40 ms`, `97 %`, `12.3k`."""
    if unit == "s":
        return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.3g} s"
    if value >= 10_000:
        return f"{value / 1000:.3g}k{f' {unit}' if unit else ''}"
    return f"{value:.4g}{f' {unit}' if unit else ''}"
