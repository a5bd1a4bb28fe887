"""Progress as lines, for files, pipes and build logs: only what changed, each with its time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from opsctl.plan import Progress, Step
from opsctl.terminal.blocks import Styled
from opsctl.terminal.outcome_screen import duration
from opsctl.terminal.screen import Stream
from opsctl.terminal.text import unbroken


class Display(Protocol):
    """Where progress is shown. `index` counts from 0; equal to `total` it is a check."""

    def began(self, index: int, total: int, step: Step) -> None: ...
    def progress(self, progress: Progress) -> None: ...
    def ended(self, step: Step, status: str, note: str) -> None: ...
    def say(self, text: str) -> None: ...
    def close(self) -> None: ...


def label(index: int, total: int) -> str:
    """`2/3` for the second of three steps, `check` for what is verified after the last one."""
    return f"{index + 1}/{total}" if index < total else "check"


class Shown:
    """What has been shown of one step already, so that only changes are shown."""

    TENTHS = 10

    def __init__(self) -> None:
        self._lines: set[str] = set()
        self._summary = ""
        self._tenth = -1

    def new_lines(self, progress: Progress) -> list[str]:
        """The lines that were not shown yet."""
        lines = [line for line in progress.lines if line not in self._lines]
        self._lines.update(lines)
        return lines

    def new_summary(self, progress: Progress) -> str:
        """The summary when it is worth a line: changed, or for a count, another tenth of it."""
        if progress.counted and not progress.done:
            done, expected = progress.counted
            tenth = self.TENTHS * done // max(expected, 1)
            if tenth == self._tenth:
                return ""
            self._tenth = tenth
        if progress.summary == self._summary:
            return ""
        self._summary = progress.summary
        return progress.summary


class LineDisplay:
    """Progress for a stream that is no terminal: no escape bytes, no carriage return, no cut."""

    def __init__(
        self,
        stream: Stream,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._now = now
        self._clock = clock
        self._label = ""
        self._began = 0.0
        self._shown = Shown()

    def began(self, index: int, total: int, step: Step) -> None:
        self._label = label(index, total)
        self._began = self._clock()
        self._shown = Shown()
        self._line(f"{self._label} {step.title}")

    def progress(self, progress: Progress) -> None:
        for line in self._shown.new_lines(progress):
            self._line(f"{self._label}   {line}")
        if summary := self._shown.new_summary(progress):
            self._line(f"{self._label}   {summary}")

    def ended(self, step: Step, status: str, note: str) -> None:
        took = duration(self._clock() - self._began)
        why = f": {note}" if note else ""
        self._line(f"{self._label} {status} after {took}{why}", "" if status == "done" else "bad")

    def say(self, text: str) -> None:
        self._line(text)

    def close(self) -> None:
        """Nothing to give back."""

    def _line(self, words: str, style: str = "") -> None:
        stamp = self._now().astimezone(UTC).strftime("%H:%M:%SZ")
        self._stream.show(Styled(f"{stamp} {unbroken(words)}", style))
