"""Calls under way in threads, few at a time: who asks for more waits until one has ended."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")

BEAT = 0.5
"""Seconds between two beats while nothing ends."""
PATIENCE = 30.0
"""Seconds in which calls that are under way may end after a failure or Ctrl-C."""


class _Heard(threading.Event):
    """A wish to stop that is asked for, beat by beat, while somebody waits for it."""

    def __init__(self, beat: Callable[[], None]) -> None:
        super().__init__()
        self._beat = beat

    def wait(self, timeout: float | None = None) -> bool:
        """Waits so long, or raises what the beat raises."""
        deadline = time.monotonic() + (timeout or 0)
        while (left := deadline - time.monotonic()) > 0:
            if super().wait(min(left, BEAT)):
                return True
            self._beat()
        return self.is_set()


class InFlight(Generic[T]):
    """Work in up to `most` threads, and its answers, one after another, in the caller's thread.

    `done` gets each answer. `beat` is called while nothing ends, and may raise: so Ctrl-C is
    heard. Whatever is raised inside the block sets `stop`, which the work passes on to the
    wire: nothing more is sent, and the block waits for the calls that are under way. The
    caller's own calls in the block pass on `heard`: while they wait, answers are taken too.
    """

    def __init__(
        self, most: int, done: Callable[[T], None], beat: Callable[[], None] | None = None
    ) -> None:
        self.stop = threading.Event()
        self.heard: threading.Event = _Heard(self._poll)
        self._most = most
        self._done = done
        self._beat = beat
        self._threads: list[threading.Thread] = []
        self._outstanding = 0
        self._work: queue.SimpleQueue[Callable[[], T] | None] = queue.SimpleQueue()
        self._ended: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def add(self, work: Callable[[], T]) -> None:
        """Starts it as soon as a thread is free; waits first where enough waits already.

        Raises what any earlier work raised.
        """
        while self._outstanding >= self._most + 2:
            self._take()
        self._outstanding += 1
        self._work.put(work)
        if len(self._threads) < min(self._outstanding, self._most):
            thread = threading.Thread(target=self._run, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _poll(self) -> None:
        """Takes what has ended, without waiting."""
        while self._outstanding and not self._ended.empty():
            self._take()
        if self._beat:
            self._beat()

    def drain(self) -> None:
        """Waits until everything has ended. Raises what any of it raised."""
        while self._outstanding:
            self._take()

    def __enter__(self) -> InFlight[T]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self.drain()
        except BaseException as failure:
            error = failure
            raise
        finally:
            self.stop.set()
            for _ in self._threads:
                self._work.put(None)
            if not isinstance(error, KeyboardInterrupt):
                deadline = time.monotonic() + PATIENCE
                for thread in self._threads:
                    thread.join(max(0.0, deadline - time.monotonic()))

    def _take(self) -> None:
        while True:
            try:
                answer, error = self._ended.get(timeout=BEAT)
                break
            except queue.Empty:
                if self._beat:
                    self._beat()
        self._outstanding -= 1
        if error is not None:
            raise error
        self._done(answer)  # type: ignore[arg-type]

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            if self.stop.is_set():
                continue
            try:
                self._ended.put((work(), None))
            except BaseException as error:
                self._ended.put((None, error))
