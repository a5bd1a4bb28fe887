"""Faults: switched on by name, or by a signal while the task runs."""

import os
import signal

import pytest

from opsctl.caption_service import faults


def test_a_signal_toggles_each_fault() -> None:
    numbers = (signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH)
    former = [signal.getsignal(each) for each in numbers]
    switches = faults.Faults()
    try:
        switches.listen()
        os.kill(os.getpid(), signal.SIGUSR1)
        assert (switches.sick, switches.slow) == (True, False)
        os.kill(os.getpid(), signal.SIGUSR2)
        os.kill(os.getpid(), signal.SIGUSR1)
        assert (switches.sick, switches.slow) == (False, True)
        os.kill(os.getpid(), signal.SIGWINCH)
        assert switches.errors
    finally:
        for number, handler in zip(numbers, former, strict=True):
            signal.signal(number, handler)


def test_only_errors_makes_a_page_fail() -> None:
    faults.Faults("slow").fail_if_asked()
    with pytest.raises(RuntimeError, match="errors on purpose"):
        faults.Faults("errors").fail_if_asked()


def test_only_crash_fails_at_start_up() -> None:
    faults.crash_if_asked("sick")
    with pytest.raises(RuntimeError, match="this release fails"):
        faults.crash_if_asked("crash")


def test_only_oom_ends_a_task_by_sigkill(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda *words: sent.append(words))
    faults.Faults("slow").run_out_of_memory_if_asked()
    assert sent == []
    faults.Faults("oom").run_out_of_memory_if_asked()
    assert sent == [(os.getpid(), signal.SIGKILL)]
