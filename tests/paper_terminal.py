"""A terminal of paper: runs a Python program with a real pty, and types into it when it asks."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import warm
from pseudo_terminal import OurEnd

DEADLINE = 20.0


@dataclass(frozen=True)
class Played:
    """What came of it. `screen` is what the terminal was sent, `out` what stdout's file holds."""

    code: int
    screen: str
    out: str


def play(
    out: Path,
    program: str,
    keys: Sequence[tuple[str, bytes | None]] = (),
    *,
    term: str = "xterm",
    folder: Path | None = None,
    deadline: float = DEADLINE,
    **variables: str,
) -> Played:
    """Runs a program whose standard input and error are a pty.

    Standard output is the file `out`, or the pty too when `out` is a folder. `keys` are pairs: what
    to wait for on the screen, and what to type then (None hangs up). Enter (\\r) and arrows are
    typed when the question takes them. `LINES` makes it that high.
    """
    until = time.monotonic() + deadline
    ours, theirs = opened(int(variables.get("LINES", 0)))
    with (out if out.suffix else out / "stdout.txt").open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=theirs,
            stdout=file if out.suffix else theirs,
            stderr=theirs,
            cwd=folder,
            start_new_session=True,
            preexec_fn=lambda: make_controlling(theirs),
            env=at_terminal({**os.environ, **variables}, term),
        )
    os.close(theirs)
    screen = type_keys(ours, lambda: process.poll() is not None, keys, until)
    if process.poll() is None and time.monotonic() >= until:
        process.kill()
    return Played(process.wait(deadline), screen, out.read_text() if out.suffix else "")


def play_forked(
    address: str,
    words: Sequence[str],
    keys: Sequence[tuple[str, bytes | None]] = (),
    *,
    folder: Path,
    environ: Mapping[str, str],
) -> Played:
    """The same with a fork of a server (see `warm`), all of whose streams are the pty."""
    until = time.monotonic() + DEADLINE
    ours, theirs = opened(int(environ.get("LINES", 0)))
    with ThreadPoolExecutor(1) as pool:
        fork = pool.submit(
            warm.call,
            address,
            words,
            folder=folder,
            environ=at_terminal(environ),
            files=(theirs, theirs, theirs),
            seconds=DEADLINE,
        )
        screen = type_keys(ours, fork.done, keys, until)
        os.close(theirs)
        return Played(fork.result(), screen, "")


def opened(lines: int) -> tuple[int, int]:
    """Both ends of a new pty, of 80 columns when it has a height."""
    ours, theirs = pty.openpty()
    if lines:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, 80, 0, 0))
    return ours, theirs


def at_terminal(environ: Mapping[str, str], term: str = "xterm") -> dict[str, str]:
    """The environment, and what a terminal adds to it."""
    return {**environ, "COLUMNS": "80", "TERM": term}


def make_controlling(descriptor: int) -> None:
    """Ctrl-C on a pty reaches only the session whose terminal it is."""
    fcntl.ioctl(descriptor, termios.TIOCSCTTY, 0)


def type_keys(
    descriptor: int,
    has_ended: Callable[[], bool],
    keys: Sequence[tuple[str, bytes | None]],
    until: float,
) -> str:
    """Types each key when its words are on the screen, and answers all that was on it."""
    ours, left = OurEnd(descriptor), list(keys)
    seen, read_to = "", 0
    try:
        while time.monotonic() < until:
            if left and (at := seen.find(left[0][0], read_to)) >= 0 and _can_type(ours, left[0][1]):
                text, typed = left.pop(0)
                # What answers a key is not yet on the screen.
                read_to = len(seen) if typed else at + len(text)
                if typed is None:
                    break
                ours.answer(typed)
            elif select.select([descriptor], [], [], 0.02)[0]:
                if (more := ours.read()) is None:
                    break
                seen += more.decode(errors="replace")
            elif has_ended():
                break
    finally:
        os.close(descriptor)
    return seen


def _can_type(ours: OurEnd, typed: bytes | None) -> bool:
    """What is no answer to a question, as Ctrl-C or Esc, may come at any time."""
    is_answer = typed is not None and (typed.endswith(b"\r") or typed.startswith(b"\x1b["))
    return not is_answer or ours.takes_an_answer()
