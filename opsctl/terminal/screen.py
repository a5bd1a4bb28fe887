"""Standard output for the answer, standard error for the conversation."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TextIO, cast

from opsctl.terminal import layout
from opsctl.terminal.blocks import Screenful, Styled


class Unbreakable:
    """The file of the conversation: where nobody can hear it any more, it falls silent.

    A terminal that was closed, a pipe without a reader or a full disk must not end a change half
    way, with an exit code that says nothing of it.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, made: str) -> int:
        with suppress(OSError):
            self._file.write(made)
        return len(made)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class Stream:
    """One of the two streams. `colour` and `live` are decided for each by itself."""

    def __init__(self, file: TextIO, environ: Mapping[str, str], *, no_color: bool) -> None:
        self.file = file
        self.terminal = file.isatty()
        self.live = self.terminal and environ.get("TERM", "dumb") != "dumb"
        """Whether the cursor can be moved."""
        self.colour = self.live and not no_color and not environ.get("NO_COLOR")

    @property
    def columns(self) -> int:
        """How wide the terminal is now; 0 where it does not say, or there is none."""
        try:
            return os.get_terminal_size(self.file.fileno()).columns if self.live else 0
        except (OSError, ValueError):
            return 0

    def show(self, screenful: Screenful) -> None:
        """Writes blocks, and sends them off at once."""
        lines = layout.lines(screenful, colour=self.colour, columns=self.columns)
        self.write("".join(f"{line}\n" for line in lines))

    def write(self, made: str) -> None:
        """Writes text that is already harmless."""
        encoding = self.file.encoding or "utf-8"
        # A terminal without Unicode gets `?` for a tick instead of a crash.
        self.file.write(made.encode(encoding, "replace").decode(encoding))
        self.file.flush()


class Screen:
    """The operator's terminal, or the files and pipes in its place."""

    def __init__(
        self,
        *,
        no_color: bool = False,
        stdin: TextIO | None = None,
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        environ = os.environ if environ is None else environ
        self.stdin = stdin if stdin is not None else sys.stdin
        self.out = Stream(stdout or sys.stdout, environ, no_color=no_color)
        conversation = cast("TextIO", Unbreakable(stderr or sys.stderr))
        self.err = Stream(conversation, environ, no_color=no_color)
        self._is_waiting = False
        self.asked = 0.0
        """Seconds that questions waited for their answers: not opsctl's own."""

    @property
    def can_ask(self) -> bool:
        """Whether there is somebody to ask: standard input and error are both a terminal.

        Standard output does not count: `opsctl ... | tee log` still asks.
        """
        try:
            return self.stdin is not None and self.stdin.isatty() and self.err.terminal
        except ValueError:  # a closed standard input
            return False

    def say(self, line: str, style: str = "") -> None:
        """One line of conversation."""
        self.settle()
        self.err.show(Styled(line, style))

    def waiting(self, line: str) -> None:
        """A line that says what is being waited for, at a terminal; `settle` takes it away."""
        if self.err.live:
            self.settle()
            shown = "".join(layout.lines(Styled(line, "dim"), colour=self.err.colour))
            self.err.write(shown)
            self._is_waiting = True

    def settle(self) -> None:
        """Takes the line of `waiting` away."""
        if self._is_waiting:
            self._is_waiting = False
            self.err.write("\r\x1b[2K")
