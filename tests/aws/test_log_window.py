"""What a tail remembers: nothing twice, nothing lost, nothing kept for ever."""

from __future__ import annotations

from opsctl.aws.log_events import LogEvent, Page
from opsctl.aws.log_window import FEW, LATE, NEAR, Window

BEGIN = 1_000_000_000
FAR_OFF = BEGIN * 2


def _page(*moments: int, name: str = "") -> Page:
    return tuple(LogEvent(at, "s", f"m{at}", f"{name}{at}") for at in moments)


def test_an_event_is_new_once() -> None:
    window = Window(BEGIN)
    assert len(window.unseen(_page(BEGIN + 1, BEGIN + 2), FAR_OFF)) == 2
    window.read()
    assert window.unseen(_page(BEGIN + 1, BEGIN + 2), FAR_OFF) == ()


def test_events_of_the_same_moment_are_told_apart() -> None:
    window = Window(BEGIN)
    window.unseen(_page(BEGIN + 5, name="a"), FAR_OFF)
    assert len(window.unseen(_page(BEGIN + 5, name="b"), FAR_OFF)) == 1


def test_it_reads_back_as_far_as_events_may_be_late_but_never_before_its_beginning() -> None:
    window = Window(BEGIN)
    assert window.start(far=True) == BEGIN
    window.unseen(_page(BEGIN + 10 * LATE), FAR_OFF)
    window.read()
    assert window.start(far=True) == BEGIN + 9 * LATE
    assert window.start(far=False) == BEGIN + 10 * LATE - NEAR


def test_a_look_that_did_not_end_moves_nothing() -> None:
    window = Window(BEGIN)
    window.unseen(_page(BEGIN + 10 * LATE), FAR_OFF)
    assert window.start(far=False) == BEGIN


def test_an_event_from_the_future_does_not_hide_those_of_now() -> None:
    window = Window(BEGIN)
    now = BEGIN + 60_000
    window.unseen(_page(BEGIN + 7_200_000), now)
    window.read()
    assert window.start(far=False) == now - NEAR


def test_it_remembers_two_minutes_however_much_was_shown() -> None:
    window = Window(BEGIN)
    for minute in range(200):
        moments = range(BEGIN + minute * 60_000, BEGIN + (minute + 1) * 60_000, 100)
        window.unseen(_page(*moments), FAR_OFF)
    assert window.kept <= FEW + 2 * 2000 + 600
    window.read()
    assert window.kept <= 1201


def test_what_a_live_tail_showed_is_not_shown_again() -> None:
    window = Window(BEGIN)
    twice = tuple(LogEvent(BEGIN + 1, "s", "same") for _ in range(2))
    window.live(twice, FAR_OFF)
    polled = tuple(LogEvent(BEGIN + 1, "s", "same", f"{number}") for number in range(3))
    assert [it.id for it in window.unseen(polled, FAR_OFF)] == ["2"]


def test_live_events_are_forgotten_too() -> None:
    window = Window(BEGIN)
    window.live(tuple(LogEvent(BEGIN + at * 60, "s", f"{at}") for at in range(50_000)), FAR_OFF)
    assert len(window._nameless) <= LATE / 60 + 1
