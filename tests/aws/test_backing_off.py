"""Waiting before another try."""

import threading
import time

import pytest

from opsctl.aws.backing_off import LONGEST_WAIT, pause, sleep
from opsctl.errors import Interrupted


def test_pauses_are_spread_below_a_limit_that_doubles_and_ends() -> None:
    for tries, limit in ((1, 0.2), (2, 0.4), (4, 1.6), (20, LONGEST_WAIT)):
        found = [pause(tries) for _ in range(300)]
        assert 0 <= min(found) < limit / 4
        assert limit * 3 / 4 < max(found) <= limit


def test_a_pause_that_was_asked_for_is_kept() -> None:
    assert pause(1, at_least=3.0) == 3.0


def test_a_sleep_ends_with_the_wish_to_stop() -> None:
    stop = threading.Event()
    threading.Timer(0.05, stop.set).start()
    began = time.monotonic()
    with pytest.raises(Interrupted):
        sleep(30, stop)
    assert time.monotonic() - began < 15


def test_a_sleep_without_anybody_to_stop_it_only_waits() -> None:
    sleep(0.001, None)
    sleep(0.001, threading.Event())
