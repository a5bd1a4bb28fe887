"""Metric math: arithmetic over shared timestamps."""

import pytest

from opsctl.sandbox.metric_math import BadExpression, evaluate

NAMED = {"e": {60.0: 5.0, 120.0: 0.0}, "r": {60.0: 100.0, 120.0: 0.0, 180.0: 50.0}}


def test_a_rate_leaves_out_what_would_divide_by_zero() -> None:
    assert evaluate("100*(e/r)", NAMED) == {60.0: 5.0}


def test_fill_gives_gaps_a_value() -> None:
    assert evaluate("FILL(e, 0) + r", NAMED) == {60.0: 105.0, 120.0: 0.0, 180.0: 50.0}


def test_a_minus_turns_a_series_round() -> None:
    assert evaluate("-e", NAMED)[60.0] == -5.0


@pytest.mark.parametrize(
    "text", ["e +", "unknown", "1 + 2", "__import__('os')", "e.real", "FILL(e, REPEAT)", "SUM(e)"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadExpression):
        evaluate(text, NAMED)
