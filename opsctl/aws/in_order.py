"""Calls under way in threads whose answers come in the order in which they were asked for."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

from opsctl.aws.in_flight import InFlight

T = TypeVar("T")

MOST_WAITING = 20_000
"""Answers that may wait for an earlier one before everything has to wait for it."""


class InOrder(Generic[T]):
    """As InFlight, but `done` gets the answers in order, those that were there at once too."""

    def __init__(
        self, most: int, done: Callable[[T], None], beat: Callable[[], None] | None = None
    ) -> None:
        self._flight: InFlight[tuple[int, T]] = InFlight(most, self._arrived, beat)
        self._done = done
        self._asked = 0
        self._next = 0
        self._early: dict[int, T] = {}
        self.stop = self._flight.stop

    def ready(self, answer: T) -> None:
        """An answer that needs no work."""
        self._asked += 1
        self._arrived((self._asked - 1, answer))
        if len(self._early) > MOST_WAITING:
            self._flight.drain()

    def later(self, work: Callable[[], T]) -> None:
        """An answer that a thread works out. Raises what any earlier work raised."""
        number = self._asked
        self._asked += 1
        self._flight.add(lambda: (number, work()))

    def drain(self) -> None:
        """Waits until every answer has come."""
        self._flight.drain()

    def __enter__(self) -> InOrder[T]:
        self._flight.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._flight.__exit__(kind, error, trace)

    def _arrived(self, numbered: tuple[int, T]) -> None:
        number, answer = numbered
        if number != self._next:
            self._early[number] = answer
            return
        self._next += 1
        self._done(answer)
        while self._next in self._early:
            self._next += 1
            self._done(self._early.pop(self._next - 1))
