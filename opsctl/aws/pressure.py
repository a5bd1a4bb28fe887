"""How many calls may be under way: fewer when AWS asks to slow down, more when it does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from opsctl.errors import Interrupted

CUT_EVERY = 0.25
"""Seconds: calls that are refused together count as one complaint."""
LOOK_EVERY = 0.1
"""Seconds until a thread that waits for its turn looks whether it should stop."""


class Pressure:
    """At most `most` calls at once. Each complaint halves that; each good answer adds a little.

    Called from any thread.
    """

    def __init__(self, most: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._allowed = float(most)
        self._under_way = 0
        self._clock = clock
        self._cut_at = float("-inf")
        self._turn = threading.Condition()

    @property
    def allowed(self) -> int:
        """How many calls may be under way now."""
        return int(self._allowed)

    @contextmanager
    def turn(self, stop: threading.Event | None = None) -> Iterator[None]:
        """A call's turn. Raises Interrupted, before it, once `stop` is set."""
        with self._turn:
            refuse_when(stop)
            while self._under_way >= int(self._allowed):
                self._turn.wait(LOOK_EVERY)
                refuse_when(stop)
            self._under_way += 1
        try:
            yield
        finally:
            with self._turn:
                self._under_way -= 1
                self._turn.notify()

    def complaint(self) -> None:
        """AWS asked to slow down."""
        with self._turn:
            if self._clock() - self._cut_at >= CUT_EVERY:
                self._cut_at = self._clock()
                # Half of what was under way: half of what was merely allowed may change nothing.
                self._allowed = max(1.0, min(self._allowed, self._under_way + 1) / 2)

    def fine(self) -> None:
        """AWS did as asked."""
        if self._allowed < self._most:
            with self._turn:
                self._allowed = min(float(self._most), self._allowed + 1 / self._allowed)
                self._turn.notify()


def refuse_when(stop: threading.Event | None) -> None:
    """Raises Interrupted once `stop` is set."""
    if stop is not None and stop.is_set():
        raise Interrupted("Interrupted: nothing more was sent.")
