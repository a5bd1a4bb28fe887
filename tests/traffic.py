"""Visitors who never stop asking, and what they were answered."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections import Counter
from types import TracebackType


class Visitors:
    """Asks one URL again and again for the time of a `with` block."""

    def __init__(self, url: str, count: int = 3) -> None:
        self.answers: Counter[str] = Counter()
        self._url = url
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._visit, daemon=True) for _ in range(count)]
        self._lock = threading.Lock()

    def __enter__(self) -> Visitors:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join(timeout=15)

    @property
    def failed(self) -> Counter[str]:
        """Every answer that was not 200."""
        return Counter({it: n for it, n in self.answers.items() if it != "200"})

    def _visit(self) -> None:
        while not self._end.is_set():
            answer = self._ask()
            with self._lock:
                self.answers[answer] += 1
            self._end.wait(0.02)

    def _ask(self) -> str:
        try:
            with urllib.request.urlopen(self._url, timeout=10) as answer:
                answer.read()
                return str(answer.status)
        except urllib.error.HTTPError as error:
            return str(error.code)
        except OSError as error:
            return f"{type(error).__name__}: {error}"
