"""A full screen that is drawn again and again, and gone when it ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from types import FrameType
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from opsctl.terminal.screen import Stream

ENDS = (signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """A signal asked the program to go; the screen is given back first."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


class FullScreen:
    """The alternate screen of a terminal: what stood there before is there again afterwards."""

    def __init__(self, stream: Stream) -> None:
        # An exported COLUMNS would hold the size of the moment at which the shell was started.
        environ = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
        # Rich reads NO_COLOR by itself, but not our --no-color.
        self._console = Console(
            file=stream.file, no_color=not stream.colour, highlight=False, _environ=environ
        )
        self._live = Live(
            console=self._console,
            screen=True,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> FullScreen:
        for number in ENDS:
            self._handlers[number] = signal.signal(number, _end)
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._live.stop()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)

    @property
    def size(self) -> tuple[int, int]:
        """(columns, lines) now: a terminal may be resized at any time."""
        return self._console.size.width, self._console.size.height

    def draw(self, lines: Sequence[str]) -> None:
        """Shows lines that are already harmless and may carry colours; what is beyond the
        edges is cut."""
        columns, height = self.size
        shown = [Text.from_ansi(line, no_wrap=True, end="") for line in lines[:height]]
        for line in shown:
            line.truncate(columns)
        self._live.update(Text("\n").join(shown), refresh=True)


def _end(number: int, _frame: FrameType | None) -> None:
    raise Ended(number)
