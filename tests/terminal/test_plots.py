"""Plots: every line as wide as it must be, lines in their colours, nothing of plotext's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from opsctl.terminal import layout, plots
from opsctl.terminal.plots import Line, Plot

UNTIL = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SINCE = UNTIL - timedelta(hours=1)


def run(*values: float) -> list[tuple[float, float]]:
    return [(SINCE.timestamp() + 60 * n, value) for n, value in enumerate(values)]


def plot(*lines: Line, **more: object) -> Plot:
    made = lines or (Line("p99", "bad", [run(1, 2, 3)]),)
    return Plot("latency", made, SINCE, UNTIL, "s", **more)  # type: ignore[arg-type]


def text(drawn: list[list[str]]) -> list[str]:
    return ["".join(pieces) for pieces in drawn]


@pytest.mark.parametrize(("width", "height"), [(39, 7), (66, 16), (99, 24)])
def test_a_plot_is_as_wide_and_high_as_it_must_be(width: int, height: int) -> None:
    drawn = text(plots.draw(plot(), width=width, height=height))
    assert len(drawn) == height
    assert {len(line) for line in drawn} == {width}


def test_it_begins_with_its_title_and_ends_with_the_time() -> None:
    drawn = text(plots.draw(plot(), width=40, height=7))
    assert drawn[0].startswith("latency")
    assert "5 s" in drawn[1]
    assert "02:00" in drawn[-1]
    assert drawn[-1].rstrip().endswith("03:00")


def test_lines_have_their_colours_and_their_names_beside_the_title() -> None:
    drawn = plots.draw(
        plot(Line("p50", "good", [run(1, 1, 1)]), Line("p99", "bad", [run(4, 4, 4)])),
        width=40,
        height=9,
    )
    named = {piece.strip(): getattr(piece, "style", "") for piece in drawn[0]}
    assert (named["p50"], named["p99"]) == ("good", "bad")
    styles = {getattr(piece, "style", "") for line in drawn[1:] for piece in line}
    assert {"good", "bad"} <= styles


def test_off_colour_there_is_no_escape() -> None:
    shown = "".join(
        layout.lines(plots.side_by_side([plot()] * 3, columns=2, width=80, height=7), colour=False)
    )
    assert "\x1b" not in shown


def test_two_stand_side_by_side_and_the_third_below() -> None:
    shown = list(
        layout.lines(plots.side_by_side([plot()] * 3, columns=2, width=80, height=7), colour=False)
    )
    assert len(shown) == 14
    assert all(len(line) <= 80 for line in shown)
    assert shown[0].count("latency") == 2
    assert shown[7].count("latency") == 1


def test_nothing_to_draw_is_said() -> None:
    drawn = text(plots.draw(plot(Line("a", "bad", []), empty="none"), width=30, height=6))
    assert drawn[1].strip() == "none"
    assert {len(line) for line in drawn} == {30}


def test_a_deployment_is_a_vertical_line() -> None:
    marked = plots.draw(plot(marks=[SINCE + timedelta(minutes=30)]), width=40, height=9)
    assert any("│" in line for line in text(marked))
    assert not any("│" in line for line in text(plots.draw(plot(), width=40, height=9)))


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(0.04, "s", "40 ms"), (1.25, "s", "1.25 s"), (97.0, "%", "97 %"), (12345, "", "12.3k"),
     (0, "", "0")],
)  # fmt: skip
def test_numbers_are_short(value: float, unit: str, shown: str) -> None:
    assert plots.number(value, unit) == shown


def test_numbers_of_any_size_are_drawn() -> None:
    for value in (0.0, 1e-9, 1e9):
        drawn = plots.draw(plot(Line("x", "good", [run(value, value)])), width=40, height=7)
        assert len(drawn) == 7
