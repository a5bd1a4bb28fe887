"""How many calls may be under way."""

import threading
from dataclasses import dataclass

import pytest

from opsctl.aws.pressure import CUT_EVERY, Pressure
from opsctl.errors import Interrupted


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_complaints_that_come_together_count_once() -> None:
    clock = Clock()
    pressure = Pressure(8, clock=clock)
    for _ in range(5):
        with pressure.turn():
            pass
    with pressure.turn(), pressure.turn(), pressure.turn():
        pressure.complaint()
        pressure.complaint()
    assert pressure.allowed == 2
    clock.now += CUT_EVERY
    pressure.complaint()
    clock.now += CUT_EVERY
    pressure.complaint()
    assert pressure.allowed == 1


def test_good_answers_bring_back_what_was_allowed() -> None:
    pressure = Pressure(4, clock=Clock())
    pressure.complaint()
    assert pressure.allowed == 1
    for _ in range(20):
        pressure.fine()
    assert pressure.allowed == 4


def test_a_call_waits_for_its_turn() -> None:
    pressure = Pressure(1)
    order: list[str] = []

    def second() -> None:
        with pressure.turn():
            order.append("second")

    with pressure.turn():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.05)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]


def test_who_waits_hears_the_wish_to_stop() -> None:
    pressure, stop = Pressure(1), threading.Event()
    threading.Timer(0.05, stop.set).start()
    with pressure.turn(), pytest.raises(Interrupted), pressure.turn(stop):
        pass


def test_a_turn_is_given_back_after_an_error() -> None:
    pressure = Pressure(1)
    with pytest.raises(ZeroDivisionError), pressure.turn():
        raise ZeroDivisionError
    with pressure.turn():
        assert pressure.allowed == 1
