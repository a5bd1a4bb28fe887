"""Waiting before another try."""

import threading

import pytest

from opsctl.aws.backing_off import LONGEST_WAIT, pause, sleep
from opsctl.errors import Interrupted


class Wish(threading.Event):
    """A wish to stop, which is made while somebody waits, or never."""

    def __init__(self, *, is_made: bool) -> None:
        super().__init__()
        self.waits: list[float | None] = []
        self._is_made = is_made

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        if self._is_made:
            self.set()
        return self.is_set()


def test_pauses_are_spread_below_a_limit_that_doubles_and_ends() -> None:
    for tries, limit in ((1, 0.2), (2, 0.4), (4, 1.6), (20, LONGEST_WAIT)):
        found = [pause(tries) for _ in range(300)]
        assert 0 <= min(found) < limit / 4
        assert limit * 3 / 4 < max(found) <= limit


def test_a_pause_that_was_asked_for_is_kept() -> None:
    assert pause(1, at_least=3.0) == 3.0


def test_a_sleep_ends_with_the_wish_to_stop() -> None:
    stop = Wish(is_made=True)
    with pytest.raises(Interrupted):
        sleep(30, stop)
    assert stop.waits == [30]


def test_a_sleep_that_nobody_stops_only_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, waits = Wish(is_made=False), []
    sleep(30, stop)
    assert stop.waits == [30]

    monkeypatch.setattr("time.sleep", waits.append)
    sleep(30, None)
    assert waits == [30]
