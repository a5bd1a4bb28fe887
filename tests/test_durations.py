"""Durations as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsctl import durations


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("90s", 90),
        ("10m", 600),
        ("1h30m", 5400),
        ("2d", 172800),
        ("0.5s", 0.5),
        ("PT15M", 900),
        ("P1DT2H", 93600),
        (" 10M ", 600),
        ("pt1.5s", 1.5),
    ],
)
def test_a_duration_is_read_as_seconds(written: str, seconds: float) -> None:
    assert durations.parse(written) == seconds


@pytest.mark.parametrize(
    "written", ["", "10", "m", "10 m", "-5m", "0s", "P", "PT", "10x", "5m1h", "1.5h", "nan"]
)
def test_what_is_not_a_duration_is_refused_with_the_form(written: str) -> None:
    with pytest.raises(ValueError, match="a duration like 90s, 10m"):
        durations.parse(written)


@given(st.integers(min_value=1, max_value=10_000_000))
def test_what_is_written_is_read_back(seconds: int) -> None:
    assert durations.parse(durations.text(seconds)) == seconds


def test_less_than_a_second_is_written_as_one() -> None:
    assert durations.text(0.2) == "1s"
