"""The wish to stop a run, heard between two calls."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from opsctl import errors


class Stop:
    """Ctrl-C, a termination or a hang-up, turned into a wish that is heard between two calls.

    The first signal lets the call in flight end; the second leaves at once.
    """

    SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._wish = threading.Event()
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Stop:
        if threading.current_thread() is threading.main_thread():
            for number in self.SIGNALS:
                self._former[number] = signal.signal(number, self._heard)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if self._wish.is_set():
            raise KeyboardInterrupt
        self._wish.set()
        self._say(
            "Stopping: the call in flight ends, nothing new is started. Again to leave at once."
        )

    def check(self) -> None:
        """Raises Interrupted when somebody asked to stop."""
        if self._wish.is_set():
            raise errors.Interrupted("Interrupted: nothing new was started.")

    def sleep(self, seconds: float) -> None:
        """Waits, and ends early with Interrupted when somebody asks to stop."""
        # A short beat, because a signal does not wake an Event that waits in the main thread
        # on every platform.
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._wish.wait(min(left, 0.2))
            self.check()
