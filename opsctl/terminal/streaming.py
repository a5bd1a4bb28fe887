"""An answer that is shown as it is found: lines of text, or JSON lines."""

from __future__ import annotations

import os
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
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, screen.out.file.fileno())
            os.close(nowhere)
            return False
    screen.settle()
    return True
