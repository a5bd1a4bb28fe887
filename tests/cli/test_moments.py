"""Moments of the past as people type them."""

from datetime import UTC, datetime

import pytest

from opsctl.cli import moments
from opsctl.errors import UsageProblem

NOW = datetime(2026, 11, 24, 3, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2h", datetime(2026, 11, 24, 1, 15, tzinfo=UTC)),
        ("PT15M", datetime(2026, 11, 24, 3, 0, tzinfo=UTC)),
        ("2026-11-24T03:00:00Z", datetime(2026, 11, 24, 3, 0, tzinfo=UTC)),
        ("2026-11-24T03:00", datetime(2026, 11, 24, 3, 0, tzinfo=UTC)),
        ("2026-11-24T03:00:00+01:00", datetime(2026, 11, 24, 2, 0, tzinfo=UTC)),
        ("2026-11-23", datetime(2026, 11, 23, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_time_or_how_long_ago_becomes_utc(text: str, moment: datetime) -> None:
    assert moments.past("--at", text, NOW) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "25:00", "9999999999d", "2026-13-01"])
def test_what_is_no_time_names_the_option_and_the_form(text: str) -> None:
    with pytest.raises(UsageProblem, match=r"--at: .* is not a time like"):
        moments.past("--at", text, NOW)


def test_the_future_is_refused_with_the_time_it_is_now() -> None:
    with pytest.raises(UsageProblem, match="future") as raised:
        moments.past("--at", "2026-11-24T03:16:00", NOW)
    assert "03:15:00 UTC now" in raised.value.hint


def test_a_stamp_is_utc_and_fits_a_name() -> None:
    assert moments.stamp(NOW) == "20261124T031500Z"
