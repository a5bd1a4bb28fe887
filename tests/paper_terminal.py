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
    **variables: str,
) -> Played:
    """Runs a program whose standard input and error are a pty.

    Standard output is the file `out`, or the pty too when `out` is a folder. `keys` are pairs: what
    to wait for on the screen, and what to type then (None hangs up). `LINES` makes it that high.
    """
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
    screen = _type(ours, process, list(keys))
    return Played(process.wait(DEADLINE), screen, out.read_text() if out.suffix else "")


def _make_controlling(descriptor: int) -> None:
    """Ctrl-C on a pty reaches only the session whose terminal it is."""
    fcntl.ioctl(descriptor, termios.TIOCSCTTY, 0)


def _type(ours: int, process: subprocess.Popen[bytes], keys: list[tuple[str, bytes | None]]) -> str:
    seen, read_to, deadline = "", 0, time.monotonic() + DEADLINE
    is_open = True
    while is_open and time.monotonic() < deadline:
        if keys and keys[0][0] in seen[read_to:]:
            read_to = len(seen)
            _, typed = keys.pop(0)
            # The question is on the screen a moment before the terminal is in raw mode.
            time.sleep(0.3)
            if typed is None:
                os.close(ours)
                return seen
            os.write(ours, typed)
        if select.select([ours], [], [], 0.1)[0]:
            try:
                more = os.read(ours, 65536)
            except OSError:  # Linux's way to say that nobody has the other end open any more
                more = b""
            is_open = bool(more)
            seen += more.decode(errors="replace")
        elif process.poll() is not None:
            is_open = False
    os.close(ours)
    if process.poll() is None and not keys:
        time.sleep(0.5)
    if process.poll() is None and time.monotonic() >= deadline:
        process.kill()
    return seen
