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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
    ours, theirs = pty.openpty()
    if "LINES" in variables:
        size = struct.pack("HHHH", int(variables["LINES"]), 80, 0, 0)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
    with (out if out.suffix else out / "stdout.txt").open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=theirs,
            stdout=file if out.suffix else theirs,
            stderr=theirs,
            cwd=folder,
            start_new_session=True,
            preexec_fn=lambda: _make_controlling(theirs),
            env={**os.environ, "TERM": term, "COLUMNS": "80", **variables},
        )
    os.close(theirs)
    screen = _type(OurEnd(ours), process, list(keys), until)
    if process.poll() is None and time.monotonic() >= until:
        process.kill()
    return Played(process.wait(deadline), screen, out.read_text() if out.suffix else "")


def _make_controlling(descriptor: int) -> None:
    """Ctrl-C on a pty reaches only the session whose terminal it is."""
    fcntl.ioctl(descriptor, termios.TIOCSCTTY, 0)


def _type(
    ours: OurEnd,
    process: subprocess.Popen[bytes],
    keys: list[tuple[str, bytes | None]],
    until: float,
) -> str:
    seen, read_to = "", 0
    try:
        while time.monotonic() < until:
            if keys and (at := seen.find(keys[0][0], read_to)) >= 0 and _can_type(ours, keys[0][1]):
                text, typed = keys.pop(0)
                read_to = at + len(text)
                if typed is None:
                    break
                ours.answer(typed)
            elif select.select([ours.descriptor], [], [], 0.1)[0]:
                if (more := ours.read()) is None:
                    break
                seen += more.decode(errors="replace")
            elif process.poll() is not None:
                break
    finally:
        os.close(ours.descriptor)
    return seen


def _can_type(ours: OurEnd, typed: bytes | None) -> bool:
    """What is no answer to a question, as Ctrl-C, may come at any time."""
    is_answer = typed is not None and (typed.endswith(b"\r") or typed.startswith(b"\x1b"))
    return not is_answer or ours.takes_an_answer()
