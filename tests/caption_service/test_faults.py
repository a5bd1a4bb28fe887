"""Faults: switched on by name, or by a signal while the task runs."""

import os
import signal

import pytest

from opsctl.caption_service import faults


def test_a_signal_toggles_each_fault() -> None:
    former = signal.getsignal(signal.SIGUSR1), signal.getsignal(signal.SIGUSR2)
    switches = faults.Faults()
    try:
        switches.listen()
        os.kill(os.getpid(), signal.SIGUSR1)
        assert (switches.sick, switches.slow) == (True, False)
        os.kill(os.getpid(), signal.SIGUSR2)
        os.kill(os.getpid(), signal.SIGUSR1)
        assert (switches.sick, switches.slow) == (False, True)
    finally:
        signal.signal(signal.SIGUSR1, former[0])
        signal.signal(signal.SIGUSR2, former[1])


def test_only_crash_fails_at_start_up() -> None:
    faults.crash_if_asked("sick")
    with pytest.raises(RuntimeError, match="this release fails"):
        faults.crash_if_asked("crash")
