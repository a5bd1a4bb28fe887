"""Stop: a signal is a wish, heard between two calls."""

from __future__ import annotations

import os
import signal

import pytest

from opsctl import errors
from opsctl.stop import Stop


def test_the_first_signal_is_told_at_once_and_heard_at_the_next_check() -> None:
    told: list[str] = []
    with Stop(told.append) as stop:
        stop.check()
        os.kill(os.getpid(), signal.SIGTERM)
        assert "nothing new is started" in told[0]
        with pytest.raises(errors.Interrupted):
            stop.check()


def test_the_second_signal_leaves_at_once() -> None:
    with pytest.raises(KeyboardInterrupt), Stop(lambda text: None):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)


def test_a_sleep_ends_early_when_somebody_asks_to_stop() -> None:
    with Stop(lambda text: None) as stop:
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(errors.Interrupted):
            stop.sleep(60)


def test_the_former_handlers_are_back_afterwards() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Stop(lambda text: None):
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before
