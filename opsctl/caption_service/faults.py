"""Faults that a game day switches on in a running task: SIGUSR1 toggles sick, SIGUSR2 slow,
SIGWINCH errors."""

from __future__ import annotations

import os
import signal
from types import FrameType

SLOW_SECONDS = 1.5


class Faults:
    """What is broken on purpose at this moment.

    `sick`: the health endpoint answers 500. `slow`: every answer but health waits SLOW_SECONDS.
    `errors`: everything but health fails. `oom`: the first request is the last.
    """

    def __init__(self, name: str = "") -> None:
        self.sick = name == "sick"
        self.slow = name == "slow"
        self.errors = name == "errors"
        self.oom = name == "oom"

    def listen(self) -> None:
        """Toggle on signals, where the platform has them. Main thread only."""
        signal.signal(signal.SIGUSR1, self._toggle_sick)
        signal.signal(signal.SIGUSR2, self._toggle_slow)
        # There is no third signal for programs; a task has no terminal whose size could change.
        signal.signal(signal.SIGWINCH, self._toggle_errors)

    def _toggle_sick(self, _number: int, _frame: FrameType | None) -> None:
        self.sick = not self.sick

    def _toggle_slow(self, _number: int, _frame: FrameType | None) -> None:
        self.slow = not self.slow

    def _toggle_errors(self, _number: int, _frame: FrameType | None) -> None:
        self.errors = not self.errors

    def run_out_of_memory_if_asked(self) -> None:
        """End as the kernel's out-of-memory killer ends a task: SIGKILL, exit code 137.

        At a request and not after a time: a task that has answered a health check may count as
        healthy before any timer rings.
        """
        if self.oom:
            os.kill(os.getpid(), signal.SIGKILL)

    def fail_if_asked(self) -> None:
        """Fail as a page does whose store refuses it. Raises RuntimeError."""
        if self.errors:
            raise RuntimeError("errors on purpose: the caption store refuses this task")


def crash_if_asked(name: str) -> None:
    """Fail as a release with a broken import would: a traceback on stderr and exit code 1."""
    if name == "crash":
        raise RuntimeError("CAPTION_FAULT=crash: this release fails while it starts")
