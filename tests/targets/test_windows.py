"""Maintenance windows: what their texts mean, and when they are open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from opsctl.targets import windows
from opsctl.targets.windows import Opening, Window

SUNDAYS = "Sundays 02:00-04:00 UTC"
THURSDAY = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def following(text: str, after: str) -> tuple[str, str]:
    """When the next opening begins and ends, as `MM-DD HH:MM`."""
    it = windows.next_opening([windows.parse(text)], at(after))
    assert it.closes is not None
    return f"{it.opens:%m-%d %H:%M}", f"{it.closes:%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (SUNDAYS, SUNDAYS),
        ("sun 02:00–04:00 utc", SUNDAYS),
        ("  Sunday 02:00 - 04:00   UTC ", SUNDAYS),
        ("Mon, Wed and Fri 22:00-23:00 UTC", "Mon, Wed, Fri 22:00-23:00 UTC"),
        ("Mon–Wed & Fri 22:00-01:00 UTC", "Mon, Tue, Wed, Fri 22:00-01:00 UTC"),
        ("Sat-Mon 00:00-24:00 Europe/Berlin", "Mon, Sat, Sun 00:00-24:00 Europe/Berlin"),
        ("Monday-Friday 10:00-11:00 UTC", "Weekdays 10:00-11:00 UTC"),
        ("weekends 10:00-11:00 UTC", "Weekends 10:00-11:00 UTC"),
        ("DAILY 23:00-00:00 UTC", "Daily 23:00-24:00 UTC"),
    ],
)
def test_a_window_has_many_spellings_and_one_name(text: str, name: str) -> None:
    it = windows.parse(text)
    assert it.name == name
    assert windows.parse(name) == it


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Sundays", "is not days, a time"),
        ("Sundays 2:00-4:00 UTC", "is not days, a time"),
        ("Sundays 02:00-04:00", "is not days, a time"),
        ("02:00-04:00 UTC", "is not days, a time"),
        ("Caturday 02:00-04:00 UTC", "“caturday” is no day"),
        ("Mon, 02:00-04:00 UTC", "“” is no day"),
        ("daily-Fri 02:00-04:00 UTC", "“daily” is no day"),
        ("Sun 25:00-26:00 UTC", "“25:00” is no time of day"),
        ("Sun 02:00-24:01 UTC", "“24:01” is no time of day"),
        ("Sun 02:75-03:00 UTC", "“02:75” is no time of day"),
        ("Sun 02:00-02:00 UTC", "has no length"),
        ("Sun 24:00-02:00 UTC", "has no length"),
        ("Sun 02:00-04:00 Europe/Berlim", "“Europe/Berlim” is no time zone"),
        ("Sun 02:00-04:00 Europe", "is no time zone"),
        ("Sun 02:00-04:00 ../../etc/passwd", "is no time zone"),
    ],
)
def test_what_is_no_window_is_told_with_what_of_it_is_wrong(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        windows.parse(text)


def test_the_next_opening_lasts_already_or_is_to_come() -> None:
    assert following(SUNDAYS, "2026-11-26T12:00") == ("11-29 02:00", "11-29 04:00")
    assert following(SUNDAYS, "2026-11-29T02:00") == ("11-29 02:00", "11-29 04:00")
    assert following(SUNDAYS, "2026-11-29T03:59") == ("11-29 02:00", "11-29 04:00")
    assert following(SUNDAYS, "2026-11-29T04:00") == ("12-06 02:00", "12-06 04:00")


def test_a_window_may_go_over_midnight_and_over_the_end_of_the_week_and_the_year() -> None:
    assert following("Sun 23:00-01:30 UTC", "2026-11-30T01:00") == ("11-29 23:00", "11-30 01:30")
    assert following("Thu 23:00-01:30 UTC", "2027-01-01T00:10") == ("12-31 23:00", "01-01 01:30")


def test_a_zone_far_ahead_or_behind_names_its_own_days() -> None:
    # Sunday 01:00 on Kiritimati is Saturday 11:00 UTC; Saturday 23:00 in Honolulu is Sunday.
    ahead = "Sun 01:00-02:00 Pacific/Kiritimati"
    assert following(ahead, "2026-11-26T12:00") == ("11-28 11:00", "11-28 12:00")
    behind = "Sat 23:00-01:00 Pacific/Honolulu"
    assert following(behind, "2026-11-29T10:30") == ("11-29 09:00", "11-29 11:00")


def test_summer_time_moves_a_window_of_a_zone_and_not_one_of_utc() -> None:
    berlin = "Sun 04:00-05:00 Europe/Berlin"
    assert following(berlin, "2026-03-22T00:00")[0] == "03-22 03:00"
    assert following(berlin, "2026-03-29T00:00")[0] == "03-29 02:00"
    assert following(SUNDAYS, "2026-03-29T00:00")[0] == "03-29 02:00"


def test_of_a_time_that_the_clock_skips_the_hour_is_missing() -> None:
    # On 2026-03-29 Berlin goes from 02:00 to 03:00, which is 01:00 UTC.
    assert following("Sun 01:30-03:30 Europe/Berlin", "2026-03-29T00:00") == (
        "03-29 00:30",
        "03-29 01:30",
    )
    assert following("Sun 02:30-03:30 Europe/Berlin", "2026-03-29T00:00") == (
        "04-05 00:30",
        "04-05 01:30",
    )


def test_of_a_time_that_the_clock_shows_twice_the_first_counts() -> None:
    # On 2026-10-25 Berlin goes from 03:00 back to 02:00, which is 01:00 UTC.
    assert following("Sun 02:15-02:45 Europe/Berlin", "2026-10-25T00:00") == (
        "10-25 00:15",
        "10-25 00:45",
    )
    assert following("Sun 01:30-03:30 Europe/Berlin", "2026-10-24T00:00") == (
        "10-24 23:30",
        "10-25 02:30",
    )


def test_windows_that_touch_are_one_opening() -> None:
    both = [windows.parse("Sat 22:00-24:00 UTC"), windows.parse("Sun 00:00-01:00 UTC")]
    assert windows.next_opening(both, THURSDAY) == Opening(
        at("2026-11-28T22:00"), at("2026-11-29T01:00")
    )


def test_of_windows_inside_each_other_the_longer_one_counts() -> None:
    both = [windows.parse("Sat 22:00-24:00 UTC"), windows.parse("Sat 20:00-23:00 UTC")]
    assert windows.next_opening(both, THURSDAY).opens == at("2026-11-28T20:00")
    assert windows.next_opening(both, THURSDAY).closes == at("2026-11-29T00:00")


def test_windows_that_leave_nothing_out_never_close() -> None:
    assert windows.next_opening([windows.parse("daily 00:00-24:00 UTC")], THURSDAY).closes is None
    most = windows.next_opening([windows.parse("Mon-Sat 00:00-24:00 UTC")], THURSDAY)
    assert most.closes == at("2026-11-29T00:00")


MINUTES = st.integers(0, 24 * 60 - 1)
SOME = st.builds(
    lambda days, start, length, zone: Window(tuple(sorted(days)), start, start + length, zone),
    st.sets(st.integers(0, 6), min_size=1),
    MINUTES,
    st.integers(1, 24 * 60 - 1),
    st.sampled_from(ZONES),
)


def shows(window: Window, moment: datetime) -> bool:
    """Whether a clock on the wall shows a time inside the window: the definition itself."""
    wall = moment.astimezone(ZoneInfo(window.zone))
    minute = wall.hour * 60 + wall.minute
    today = wall.weekday() in window.days and window.start <= minute < window.end
    yesterday = (wall.weekday() - 1) % 7 in window.days
    return today or (yesterday and minute + 24 * 60 < window.end)


@given(st.lists(SOME, min_size=1, max_size=3), st.integers(0, 60 * 24 * 400))
def test_a_window_is_open_when_the_clock_on_the_wall_says_so(
    some: list[Window], minutes: int
) -> None:
    moment = at("2026-01-01T00:00") + timedelta(minutes=minutes)
    for each in some:
        around = [moment + timedelta(days=days) for days in (-2, 0, 1)]
        offsets = {it.astimezone(ZoneInfo(each.zone)).utcoffset() for it in around}
        assume(len(offsets) == 1)
    it = windows.next_opening(some, moment)
    assert (it.opens <= moment) == any(shows(each, moment) for each in some)
    assert it.closes is None or it.closes > moment


@given(SOME)
def test_the_name_of_a_window_is_the_window(window: Window) -> None:
    assert windows.parse(window.name) == window
