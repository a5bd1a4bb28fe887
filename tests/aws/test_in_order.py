"""Answers in the order of asking, however long each takes."""

import threading

import pytest

from opsctl.aws import in_order
from opsctl.aws.in_order import InOrder


def test_answers_come_in_the_order_of_asking() -> None:
    told: list[str] = []
    later = threading.Event()

    def slow() -> str:
        assert later.wait(5)
        return "first"

    def quick() -> str:
        later.set()
        return "third"

    with InOrder(2, told.append) as flight:
        flight.later(slow)
        flight.ready("second")
        flight.later(quick)
    assert told == ["first", "second", "third"]


def test_what_waits_for_a_slow_one_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_order, "MOST_WAITING", 3)
    told: list[int] = []
    release = threading.Timer(0.05, lambda: gate.set())
    gate = threading.Event()
    release.start()

    def slow() -> int:
        assert gate.wait(5)
        return 0

    with InOrder(2, told.append) as flight:
        flight.later(slow)
        for number in range(1, 5):
            flight.ready(number)
        assert told == [0, 1, 2, 3, 4]


def test_a_failure_comes_out_and_stops_the_others() -> None:
    def bad() -> int:
        raise ValueError("no")

    flight: InOrder[int] = InOrder(2, lambda _: None)
    with pytest.raises(ValueError, match="no"), flight:
        flight.later(bad)
        flight.drain()
    assert flight.stop.is_set()
