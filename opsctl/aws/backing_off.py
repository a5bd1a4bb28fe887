"""Waiting before another try: longer each time, and never two callers for the same time."""

from __future__ import annotations

import random
import threading
import time

from opsctl.aws.pressure import refuse_when

FIRST_WAIT = 0.2
LONGEST_WAIT = 10.0


def pause(tries: int, at_least: float = 0.0) -> float:
    """Seconds after so many tries: spread evenly from 0 to a limit that doubles."""
    limit = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries - 1))
    return max(random.uniform(0, limit), at_least)  # noqa: S311


def sleep(seconds: float, stop: threading.Event | None) -> None:
    """Waits. Raises Interrupted as soon as `stop` is set."""
    if stop is None:
        time.sleep(seconds)
        return
    stop.wait(seconds)
    refuse_when(stop)
