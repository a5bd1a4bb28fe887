"""Windows and freezes together: whether now is a time for changes, and when the next one is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from opsctl.targets import Target, maintenance
from opsctl.targets.freezes import Freeze
from opsctl.targets.maintenance import Standing
from opsctl.targets.windows import Opening

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def kept(target: Target, *freezes: Freeze) -> Target:
    return replace(target, windows=("Sundays 02:00-04:00 UTC",), freezes=freezes)


def test_without_a_calendar_it_is_open_for_good(target: Target) -> None:
    assert not maintenance.is_kept(target)
    assert maintenance.standing(target, NOW) == Standing("open", None)


def test_outside_the_windows_it_is_closed_until_the_next_one(target: Target) -> None:
    it = kept(target)
    assert maintenance.standing(it, NOW) == Standing("closed", SUNDAY + 2 * HOUR)
    assert maintenance.standing(it, SUNDAY + 3 * HOUR) == Standing("open", SUNDAY + 4 * HOUR)


def test_the_next_openings_follow_each_other(target: Target) -> None:
    found = maintenance.openings(kept(target), SUNDAY + 3 * HOUR, 2)
    assert found == (
        Opening(SUNDAY + 3 * HOUR, SUNDAY + 4 * HOUR),
        Opening(SUNDAY + 7 * DAY + 2 * HOUR, SUNDAY + 7 * DAY + 4 * HOUR),
    )


def test_a_freeze_ends_an_opening_and_delays_the_next(target: Target) -> None:
    sale = Freeze(SUNDAY + 3 * HOUR, SUNDAY + 3 * HOUR + DAY, "sale")
    it = kept(target, sale)
    assert maintenance.standing(it, SUNDAY + 2 * HOUR) == Standing("open", SUNDAY + 3 * HOUR)
    frozen = maintenance.standing(it, SUNDAY + 3 * HOUR)
    assert (frozen.state, frozen.until, frozen.freeze) == ("frozen", sale.ends, sale)
    (after,) = maintenance.openings(it, SUNDAY + 3 * HOUR, 1)
    assert after.opens == SUNDAY + 7 * DAY + 2 * HOUR


def test_a_freeze_that_ends_inside_a_window_leaves_the_rest_of_it(target: Target) -> None:
    it = kept(target, Freeze(NOW, SUNDAY + 3 * HOUR, "sale"))
    assert maintenance.openings(it, NOW, 1) == (Opening(SUNDAY + 3 * HOUR, SUNDAY + 4 * HOUR),)


def test_freezes_that_touch_or_overlap_are_one_time(target: Target) -> None:
    first = Freeze(NOW, NOW + DAY, "a")
    it = replace(target, freezes=(first, Freeze(NOW + DAY, NOW + 3 * DAY, "b")))
    assert maintenance.standing(it, NOW) == Standing("frozen", NOW + 3 * DAY, first)
    assert maintenance.openings(it, NOW, 3) == (Opening(NOW + 3 * DAY, None),)


def test_without_windows_it_is_open_until_a_freeze_begins(target: Target) -> None:
    it = replace(target, freezes=(Freeze(NOW + DAY, NOW + 2 * DAY, "a"),))
    assert maintenance.standing(it, NOW) == Standing("open", NOW + DAY)
    assert maintenance.standing(it, NOW + 2 * DAY) == Standing("open", None)
    assert maintenance.ahead(it, NOW) == it.freezes
    assert maintenance.ahead(it, NOW + 2 * DAY) == ()


def test_a_freeze_of_a_whole_year_delays_the_next_window_by_a_year(target: Target) -> None:
    it = kept(target, Freeze(NOW, NOW + 365 * DAY, "a"))
    (opening,) = maintenance.openings(it, NOW, 1)
    assert NOW + 365 * DAY <= opening.opens < NOW + 373 * DAY


def test_a_moment_to_come_says_how_far_it_is() -> None:
    assert maintenance.told(SUNDAY, NOW) == "2026-11-29 00:00 UTC (in 2d12h)"
    assert maintenance.told(NOW + timedelta(seconds=20), NOW).endswith("(in less than 1m)")
