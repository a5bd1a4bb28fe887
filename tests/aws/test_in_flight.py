"""Calls under way in threads."""

import threading
from functools import partial

import pytest

from opsctl.aws import in_flight
from opsctl.aws.in_flight import InFlight
from opsctl.errors import Interrupted


def test_answers_come_to_the_callers_thread() -> None:
    found: list[tuple[int, bool]] = []

    def done(answer: int) -> None:
        found.append((answer, threading.current_thread() is threading.main_thread()))

    with InFlight[int](3, done) as flight:
        for number in range(20):
            flight.add(partial(int, number))
    assert sorted(found) == [(number, True) for number in range(20)]


def test_few_are_under_way_and_few_wait() -> None:
    lock, meeting = threading.Lock(), threading.Barrier(3, timeout=10)
    now, most, begun, ended = 0, 0, 0, 0

    def work() -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        meeting.wait()
        with lock:
            now -= 1

    def done(_: None) -> None:
        nonlocal ended
        ended += 1
        assert begun - ended <= 5

    with InFlight[None](3, done) as flight:
        for _ in range(30):
            begun += 1
            flight.add(work)
    assert most == 3
    assert ended == 30


def test_an_error_stops_what_has_not_begun() -> None:
    ran: list[int] = []

    def work(number: int) -> int:
        ran.append(number)
        if number == 3:
            raise ValueError("three")
        return number

    with pytest.raises(ValueError, match="three"), InFlight[int](1, lambda _: None) as flight:
        for number in range(100):
            flight.add(partial(work, number))
    assert flight.stop.is_set()
    assert not any(it.is_alive() for it in flight._threads)
    assert len(ran) < 10


def test_an_interruption_waits_for_the_calls_under_way_and_sends_nothing_more() -> None:
    ended: list[int] = []
    under_way = threading.Barrier(3, timeout=10)

    def work(number: int) -> int:
        under_way.wait()
        flight.stop.wait(10)
        ended.append(number)
        return number

    with pytest.raises(Interrupted), InFlight[int](2, lambda _: None) as flight:
        for number in range(4):
            flight.add(partial(work, number))
        under_way.wait()
        raise Interrupted("stop")
    assert sorted(ended) == [0, 1]
    assert not any(it.is_alive() for it in flight._threads)


def test_leaving_at_once_waits_for_nothing() -> None:
    release = threading.Event()
    with pytest.raises(KeyboardInterrupt), InFlight[bool](1, lambda _: None) as flight:
        flight.add(partial(release.wait, 30))
        raise KeyboardInterrupt
    assert flight._threads[0].is_alive()
    release.set()


def test_while_nothing_ends_the_beat_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_flight, "BEAT", 0.01)
    release = threading.Event()

    def beat() -> None:
        release.set()
        raise Interrupted("heard")

    with pytest.raises(Interrupted), InFlight[bool](1, lambda _: None, beat) as flight:
        flight.add(partial(release.wait, 30))


def test_what_done_raises_ends_it() -> None:
    def done(_: int) -> None:
        raise Interrupted("enough")

    with pytest.raises(Interrupted), InFlight[int](2, done) as flight:
        for number in range(50):
            flight.add(partial(int, number))
    assert flight.stop.is_set()


def test_a_wait_of_the_callers_own_thread_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_flight, "BEAT", 0.01)
    beats: list[int] = []

    def beat() -> None:
        beats.append(1)
        if len(beats) == 3:
            raise Interrupted("heard")

    found: list[int] = []
    with pytest.raises(Interrupted), InFlight[int](1, found.append, beat) as flight:
        flight.add(partial(int, 7))
        flight.heard.wait(30)
    assert found == [7]
    assert not InFlight[int](1, found.append).heard.wait(0.001)
