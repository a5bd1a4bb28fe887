"""Spells: the last bad stretch, its beginning, and whether it goes on."""

from __future__ import annotations

from ill import NOW, ago, series, well

from opsctl.reports.diagnosis import spells


def last(values: dict[float, float], **changes: object) -> spells.Spell | None:
    return spells.last(series("x", values).points, well(**changes))


def test_good_numbers_and_none_are_no_spell() -> None:
    assert last({1: 0, 2: 0}) is None
    assert last({}) is None


def test_the_last_stretch_counts_and_short_pauses_do_not_end_it() -> None:
    found = last({40: 5, 9: 5, 8: 5, 5: 5, 2: 1})
    assert found
    assert (found.began, found.ongoing, len(found.points)) == (ago(9), True, 4)
    assert found.words == "since 02:51:00"


def test_a_spell_that_is_over_says_when_and_is_only_worth_a_notice() -> None:
    found = last({30: 5, 29: 5})
    assert found
    assert found.words == "from 02:30:00 to 02:32:00"
    assert (found.severity("critical"), found.ongoing) == ("notice", False)


def test_what_was_before_the_time_that_is_asked_about_does_not_count() -> None:
    assert last({30: 5}, since=ago(10)) is None
    reaching = last({10.5: 5}, since=ago(10))
    assert reaching
    assert reaching.began == ago(10)


def test_a_spell_never_ends_in_the_future() -> None:
    found = last({0.5: 5})
    assert found
    assert found.ended == NOW
