"""An answer that is shown as it is found: lines of text, or JSON lines."""

from __future__ import annotations

import os
import select
import stat
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from opsctl.terminal import json_output
from opsctl.terminal.blocks import Block
from opsctl.terminal.screen import Screen

R = TypeVar("R")


def pour(
    records: Iterable[R],
    screen: Screen,
    line: Callable[[R], Block],
    *,
    record: Callable[[R], Any],
    output: str,
) -> bool:
    """Shows each record at once. False when the reader has gone (`| head -1`): enough was seen.

    With `lines`, each is one JSON object on a line of its own.
    """
    for each in records:
        screen.settle()
        made = json_output.line(record(each)) if output == "lines" else line(each)
        try:
            screen.out.show([made])
        except BrokenPipeError:
            _write_nowhere(screen)
            return False
    screen.settle()
    return True


def pour_text(texts: Iterable[str], screen: Screen) -> bool:
    """Writes texts that are harmless already, as they come. False when the reader has gone."""
    for text in texts:
        screen.settle()
        try:
            screen.out.write(text)
        except BrokenPipeError:
            _write_nowhere(screen)
            return False
    screen.settle()
    return True


def pause(screen: Screen, seconds: float) -> bool:
    """Waits. True, at once, when the reader has gone: where nothing is written, nothing else tells
    so, and a tail of a quiet log would go on for ever behind `| head -1`."""
    try:
        writing = screen.out.file.fileno()
        piped = stat.S_ISFIFO(os.fstat(writing).st_mode)
    except (OSError, ValueError):
        piped = False
    if not piped:
        time.sleep(seconds)
        return False
    watched = select.poll()
    watched.register(writing, 0)
    return bool(watched.poll(seconds * 1000))


def _write_nowhere(screen: Screen) -> None:
    """What is still in the buffer must not fail again when the program ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, screen.out.file.fileno())
    os.close(nowhere)
