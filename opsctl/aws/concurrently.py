"""Independent reads in threads."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any

MOST_THREADS = 16


def concurrently(reads: Sequence[Callable[[], Any]]) -> tuple[Any, ...]:
    """The answers in order; the first error is raised at once, and Ctrl-C is not held up.

    The threads are daemons: what is only read may be abandoned in the middle.
    """
    if len(reads) < 2:
        return tuple(read() for read in reads)
    waiting: queue.SimpleQueue[tuple[int, Callable[[], Any]]] = queue.SimpleQueue()
    answered: queue.SimpleQueue[tuple[int, Any, BaseException | None]] = queue.SimpleQueue()
    for numbered in enumerate(reads):
        waiting.put(numbered)
    for _ in range(min(len(reads), MOST_THREADS)):
        threading.Thread(target=_work, args=(waiting, answered), daemon=True).start()
    answers: dict[int, Any] = {}
    while len(answers) < len(reads):
        index, answer, error = answered.get()
        if error is not None:
            _drain(waiting)
            raise error
        answers[index] = answer
    return tuple(answers[index] for index in range(len(reads)))


def _work(
    waiting: queue.SimpleQueue[tuple[int, Callable[[], Any]]],
    answered: queue.SimpleQueue[tuple[int, Any, BaseException | None]],
) -> None:
    while True:
        try:
            index, read = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            answered.put((index, read(), None))
        except BaseException as error:
            answered.put((index, None, error))


def _drain(waiting: queue.SimpleQueue[tuple[int, Callable[[], Any]]]) -> None:
    while not waiting.empty():
        try:
            waiting.get_nowait()
        except queue.Empty:
            return
