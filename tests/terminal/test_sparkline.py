"""Numbers as small bars."""

from __future__ import annotations

import pytest

from opsctl.terminal.sparkline import sparkline


@pytest.mark.parametrize(
    ("values", "columns", "drawn"),
    [
        ([], 10, ""),
        ([0, 0, 0], 10, "▁▁▁"),
        ([0, 4, 8], 10, "▁▅█"),
        ([1, None, 1], 10, "█·█"),
        ([None, None], 10, "··"),
        ([0, 0.001, 100], 10, "▁▂█"),
        ([9, 9, 1, 2], 2, "▅█"),
        ([1, 2], 0, ""),
        ([-3, 6], 10, "▁█"),
    ],
)
def test_the_newest_values_are_drawn_between_zero_and_the_largest(
    values: list[float | None], columns: int, drawn: str
) -> None:
    assert sparkline(values, columns) == drawn
