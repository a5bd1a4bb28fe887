"""Freezes: what the file says of them, in days and in moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from opsctl.targets import freezes
from opsctl.targets.freezes import Freeze


def read(begins: object, ends: object, reason: str = "Christmas") -> Freeze:
    (it,) = freezes.from_file([{"from": begins, "to": ends, "reason": reason}])
    return it


def test_days_are_whole_and_the_last_one_belongs_to_it() -> None:
    it = read("2026-12-24", "2026-12-27")
    assert it.begins == datetime(2026, 12, 24, tzinfo=UTC)
    assert it.ends == datetime(2026, 12, 28, tzinfo=UTC)
    assert it.name == "2026-12-24 00:00 to 2026-12-28 00:00 UTC (Christmas)"
    assert it.lasts(datetime(2026, 12, 27, 23, 59, tzinfo=UTC))
    assert not it.lasts(it.ends)


def test_one_day_is_a_freeze_too() -> None:
    assert read("2028-02-29", "2028-02-29").ends == datetime(2028, 3, 1, tzinfo=UTC)


def test_moments_have_their_offset() -> None:
    it = read("2026-12-24T18:00+01:00", "2026-12-27T08:00Z")
    assert it.begins == datetime(2026, 12, 24, 17, tzinfo=UTC)
    assert it.ends == datetime(2026, 12, 27, 8, tzinfo=UTC)


def test_dates_and_moments_of_toml_itself_are_read_too() -> None:
    berlin = timezone(timedelta(hours=1))
    it = read(date(2026, 12, 24), datetime(2026, 12, 27, 8, tzinfo=berlin))
    assert it.begins == datetime(2026, 12, 24, tzinfo=UTC)
    assert it.ends == datetime(2026, 12, 27, 7, tzinfo=UTC)


def test_they_are_in_order_of_time() -> None:
    late = {"from": "2026-12-24", "to": "2026-12-27", "reason": "late"}
    early = {"from": "2026-11-24", "to": "2026-11-27", "reason": "early"}
    assert [it.reason for it in freezes.from_file([late, early])] == ["early", "late"]


@pytest.mark.parametrize(
    ("begins", "ends", "reason", "why"),
    [
        ("2026-12-27", "2026-12-24", "x", "it ends .2026-12-24. before it begins"),
        ("2026-12-27T08:00Z", "2026-12-27T08:00Z", "x", "before it begins"),
        ("24.12.2026", "2026-12-27", "x", "“24.12.2026” is neither a day nor a moment"),
        ("2026-02-29", "2026-03-01", "x", "neither a day"),
        ("2026-12-24T18:00", "2026-12-27", "x", "has no offset"),
        (datetime(2026, 12, 24, 18), "2026-12-27", "x", "has no offset"),
        ("2026-12-24", "9999-12-31", "x", "opsctl lock take"),
        ("2026-12-24", "9999-12-30", "x", "it ends after 2999"),
        ("0001-01-01T00:00+14:00", "2026-12-27", "x", "the calendar ends there"),
        (20261224, "2026-12-27", "x", "neither a day|no offset"),
        ("2026-12-24", "2026-12-27", "  ", "needs a reason"),
    ],
)
def test_what_is_no_freeze_is_told(begins: object, ends: object, reason: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read(begins, ends, reason)
