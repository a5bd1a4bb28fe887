"""A terminal of glass: runs a command in a real pseudo-terminal, and shows what stands on it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyte
from pseudo_terminal import OurEnd

UNFOLDED = 400
"""Columns of the glass: a line that is longer than the terminal stays one, as when it is copied."""
QUESTION = re.compile(r"(\[y/N\]|: )\s*$")


class Glass(pyte.HistoryScreen):
    """A screen that keeps what scrolls off it, and answers where its cursor stands."""

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__(columns, rows, history=10_000)
        self.answers = b""

    def write_process_input(self, data: str) -> None:
        self.answers += data.encode()

    def text(self) -> list[str]:
        """Every line from the first to the last one that holds something."""
        above = ["".join(line[x].data for x in range(self.columns)) for line in self.history.top]
        lines = [line.rstrip() for line in (*above, *self.display)]
        while lines and not lines[-1]:
            lines.pop()
        return lines


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what stands on the screen then."""

    code: int
    lines: list[str]


def run(
    command: str,
    *,
    environ: Mapping[str, str],
    folder: Path,
    answers: Sequence[str] = (),
    size: tuple[int, int] = (100, 50),
    patience: float = 120.0,
    glass: Glass | None = None,
    changed: Callable[[Glass], None] = lambda _: None,
) -> Ran:
    """Runs a line of bash at a terminal of that many columns and rows, to its end.

    Each question on the screen gets the next answer. Raises TimeoutError when it takes too long.
    """
    screen = glass or Glass(UNFOLDED, size[1])
    stream = pyte.ByteStream(screen)
    process, descriptor = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execvpe("bash", ["bash", "-c", command], {**environ, "TERM": "xterm-256color"})
    rows = struct.pack("HHHH", size[1], size[0], 0, 0)
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, rows)
    ours, left, deadline = OurEnd(descriptor), list(answers), time.monotonic() + patience
    try:
        while (more := _read(ours, deadline)) is not None:
            stream.feed(more)
            _answer(ours, screen, left)
            changed(screen)
    except TimeoutError:
        os.kill(process, signal.SIGKILL)
        raise TimeoutError(f"{command} takes too long:\n" + "\n".join(screen.text())) from None
    finally:
        os.close(descriptor)
        _, status = os.waitpid(process, 0)
    return Ran(os.waitstatus_to_exitcode(status), screen.text())


def _read(ours: OurEnd, deadline: float) -> bytes | None:
    """What comes next, which may be nothing; None at the end."""
    if not select.select([ours.descriptor], [], [], max(0.0, deadline - time.monotonic()))[0]:
        raise TimeoutError
    return ours.read()


def _answer(ours: OurEnd, screen: Glass, left: list[str]) -> None:
    if screen.answers:
        os.write(ours.descriptor, screen.answers)
        screen.answers = b""
    if left and ours.takes_an_answer() and QUESTION.search(screen.display[screen.cursor.y]):
        ours.answer(left.pop(0).encode() + b"\r")
