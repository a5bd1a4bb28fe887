"""A circuit breaker: whoever failed again and again is left alone for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 3
OPEN_SECONDS = 30.0


class Breaker:
    """One provider's. Closed: it is asked; open: it is not; half open: one request tries."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened = 0.0
        self._trying = False

    @property
    def state(self) -> str:
        """`closed`, `open` or `half-open`."""
        with self._lock:
            return self._state()

    def _state(self) -> str:
        if self._failures < FAILURES:
            return "closed"
        waited = self._clock() - self._opened
        return "half-open" if waited >= OPEN_SECONDS else "open"

    def admits(self) -> bool:
        """Whether to ask now. Who is admitted must tell `succeeded` or `failed`."""
        with self._lock:
            state = self._state()
            if state == "closed":
                return True
            if state == "open" or self._trying:
                return False
            self._trying = True
            return True

    def succeeded(self) -> None:
        """It answered: the circuit is closed."""
        with self._lock:
            self._failures, self._trying = 0, False

    def failed(self) -> bool:
        """It failed. Answers whether that opened the circuit, for the first time or again."""
        with self._lock:
            # Requests that were under way when it opened must not keep it open for longer.
            late = self._state() == "open"
            self._trying = False
            if late:
                return False
            self._failures += 1
            if self._failures < FAILURES:
                return False
            self._opened = self._clock()
            return True
