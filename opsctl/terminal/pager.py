"""A pager for what is longer than the terminal: $PAGER, or less."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress

from opsctl.terminal.screen import Stream

USUAL = "less"
LESS = "FRX"
"""Colours as they are, and out again at once where everything fits on the screen."""


def show(stream: Stream, shown: str, environ: Mapping[str, str], *, wanted: bool) -> None:
    """Writes the text, through a pager where `wanted` and standard output is a terminal."""
    words = command(environ) if wanted and stream.live and _is_long(shown) else []
    if not words or not _paged(words, shown, environ):
        stream.write(shown)


def command(environ: Mapping[str, str]) -> list[str]:
    """The pager's words: $PAGER, even when that is empty or `cat`; empty where there is none."""
    try:
        words = shlex.split(environ.get("PAGER", USUAL))
    except ValueError:
        return []
    return words if words and words != ["cat"] and shutil.which(words[0]) else []


def _paged(words: list[str], shown: str, environ: Mapping[str, str]) -> bool:
    """Whether the pager could be started and has shown the text."""
    settings = {**environ, "LESS": environ.get("LESS", LESS)}
    try:
        pager = subprocess.Popen(words, stdin=subprocess.PIPE, env=settings)
    except OSError:
        return False
    assert pager.stdin is not None
    # Who leaves it early has seen enough.
    with suppress(BrokenPipeError, KeyboardInterrupt):
        pager.stdin.write(shown.encode())
    with suppress(BrokenPipeError):
        pager.stdin.close()
    while True:
        try:
            pager.wait()
        except KeyboardInterrupt:  # it is the pager's own key: less stays
            continue
        return True


def _is_long(shown: str) -> bool:
    return shown.count("\n") >= shutil.get_terminal_size().lines
