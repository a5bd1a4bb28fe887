"""The past of a table, told from what changed."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

from opsctl.sandbox.change_log import ChangeLog

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def log(**over: int) -> ChangeLog:
    made = ChangeLog(NOW, **over)
    made.note(after(1), ("a", "1"), None)
    made.note(after(2), ("a", "1"), "first")
    made.note(after(3), ("a", "2"), "other")
    return made


def test_what_changed_since_is_as_it_was_before_the_first_of_the_changes() -> None:
    assert log().undone(after(0)) == {("a", "1"): None, ("a", "2"): "other"}
    assert log().undone(after(1)) == {("a", "1"): "first", ("a", "2"): "other"}
    assert log().undone(after(2.5)) == {("a", "2"): "other"}
    assert log().undone(after(3)) == {}


def test_what_is_too_much_is_lost_and_the_window_begins_later() -> None:
    assert log(most=1).since == after(2)
    assert log(most=1).undone(after(2)) == {("a", "2"): "other"}


def test_what_is_too_old_is_forgotten() -> None:
    made = log()
    made.forget(after(2.5))
    assert made.since == after(2.5)
    assert made.undone(after(0)) == {("a", "2"): "other"}
    made.forget(after(1))
    assert made.since == after(2.5)


def test_a_copy_is_the_same_log() -> None:
    made = log()
    assert copy.deepcopy({"log": made})["log"] is made
