"""A pace: at most one call in so many seconds, whoever makes it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pace:
    """`wait` returns at once the first time, and then never sooner than `interval` seconds
    after it returned last. Threads take turns."""

    def __init__(
        self,
        interval: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.interval = interval
        self._clock = clock
        self._sleep = sleep
        self._free_at = 0.0
        self._turn = threading.Lock()

    def wait(self) -> None:
        """Waits for the next turn."""
        with self._turn:
            left = self._free_at - self._clock()
            if left > 0:
                self._sleep(left)
            self._free_at = self._clock() + self.interval
