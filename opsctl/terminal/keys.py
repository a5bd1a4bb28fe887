"""Single keys from a terminal, without Enter; the terminal is given back as it was."""

from __future__ import annotations

import os
import re
import select
import termios
import tty
from typing import Any, TextIO

_SEQUENCES = {
    b"\x1b[A": "up",
    b"\x1b[B": "down",
    b"\x1bOA": "up",
    b"\x1bOB": "down",
    b"\x1b": "escape",
    b"\r": "enter",
    b"\n": "enter",
    b"\x04": "q",
}
_KEY = re.compile(rb"\x1b(?:\[[\d;]*[~A-Za-z]|O[A-Za-z])?|[\x00-\x7f]|[\x80-\xff][\x80-\xbf]*")
"""An escape sequence, or one character in UTF-8."""
MOST_BYTES = 32


class Keys:
    """The keyboard while a full screen is shown. Ctrl-C still raises KeyboardInterrupt.

    Ctrl-Z is switched off: a program that is stopped leaves its screen standing.
    """

    def __init__(self, file: TextIO) -> None:
        self._descriptor = file.fileno()
        self._before: list[Any] = []
        self._typed = b""
        """What came together with the last key, and was typed after it."""

    def __enter__(self) -> Keys:
        self._before = termios.tcgetattr(self._descriptor)
        tty.setcbreak(self._descriptor)
        settings = termios.tcgetattr(self._descriptor)
        settings[6][termios.VSUSP] = os.fpathconf(self._descriptor, "PC_VDISABLE").to_bytes(
            1, "big"
        )
        termios.tcsetattr(self._descriptor, termios.TCSANOW, settings)
        return self

    def __exit__(self, *_: object) -> None:
        termios.tcsetattr(self._descriptor, termios.TCSAFLUSH, self._before)

    def read(self, seconds: float) -> str:
        """The next key: a character, `up`, `down`, `enter` or `escape`; empty when none came.

        A terminal that was closed answers `q`: nobody looks any more.
        """
        if not self._typed:
            ready, _, _ = select.select([self._descriptor], [], [], seconds)
            if not ready:
                return ""
            try:
                self._typed = os.read(self._descriptor, MOST_BYTES)
            except OSError:
                return "q"
            if not self._typed:
                return "q"
        key, self._typed = _first(self._typed)
        return key


def _first(found: bytes) -> tuple[str, bytes]:
    """What was typed first, and the rest; of a sequence that means nothing here, nothing."""
    typed = _KEY.match(found)
    key = typed[0] if typed else found
    unknown = "" if key.startswith(b"\x1b") else key.decode(errors="ignore")
    return _SEQUENCES.get(key, unknown), found[len(key) :]
