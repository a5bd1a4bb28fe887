"""Progress as a live display, for a terminal: what is done stays, what is under way moves."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.text import Text

from opsctl.plan import Progress, Step
from opsctl.terminal.folding import folded
from opsctl.terminal.outcome_screen import duration
from opsctl.terminal.progress import Shown, label
from opsctl.terminal.screen import Stream
from opsctl.terminal.text import one_line

_MARKS = {"done": ("✓", "green"), "failed": ("✗", "bold red"), "interrupted": ("!", "yellow")}


class LiveDisplay:
    """One step moves at the bottom; it is gone when it ends, and its result is a line above."""

    def __init__(self, stream: Stream, *, clock: Callable[[], float] = time.monotonic) -> None:
        # Rich reads NO_COLOR by itself, but not our --no-color.
        self._stream = stream
        self._console = Console(file=stream.file, no_color=not stream.colour, highlight=False)
        self._clock = clock
        self._live: Live | None = None
        self._heading = ""
        self._began = 0.0
        self._shown = Shown()
        self._latest = Progress(False, "")

    def began(self, index: int, total: int, step: Step) -> None:
        self._heading = f"{label(index, total)} {one_line(step.title)}"
        self._began = self._clock()
        self._shown = Shown()
        self._latest = Progress(False, "")
        self._spinner = Spinner("dots")
        self._live = Live(
            get_renderable=self._picture,
            console=self._console,
            transient=True,
            refresh_per_second=8,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def progress(self, progress: Progress) -> None:
        for line in self._shown.new_lines(progress):
            self._print(f"      {one_line(line)}")
        self._latest = progress

    def ended(self, step: Step, status: str, note: str) -> None:
        took = duration(self._clock() - self._began)
        self.close()
        mark, style = _MARKS.get(status, ("·", ""))
        why = f": {one_line(note)}" if note else ""
        self._print(f"  {mark} {self._heading} ({took}){why}", style)

    def say(self, text: str) -> None:
        self._print(one_line(text), "bold")

    def close(self) -> None:
        """Takes the moving part away and gives the cursor back."""
        if self._live is not None:
            live, self._live = self._live, None
            live.stop()

    def _print(self, words: str, style: str = "") -> None:
        # Text, because a str would be read as markup; soft_wrap, because nothing may be cut.
        for line in folded(words, self._stream.columns):
            self._console.print(Text(line, style=style), soft_wrap=True)

    def _picture(self) -> Any:
        took = duration(self._clock() - self._began)
        self._spinner.update(text=Text(f"{self._heading}  {took}"))
        parts: list[Any] = [self._spinner]
        if self._latest.summary:
            parts.append(Text(f"      {one_line(self._latest.summary)}", style="dim"))
        if self._latest.counted:
            done, expected = self._latest.counted
            parts.append(ProgressBar(total=max(expected, 1), completed=done, width=40))
        return Group(*parts)
