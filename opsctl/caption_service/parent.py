"""The watch over the sandbox process: a task never outlives the sandbox that started it."""

from __future__ import annotations

import os
import signal
import threading
import time

POLL_SECONDS = 0.5
GRACE_SECONDS = 5.0


def watch(sandbox_pid: int) -> threading.Thread | None:
    """Stop this process soon after the process `sandbox_pid` is gone; 0 watches nothing."""
    if not sandbox_pid:
        return None
    is_child = os.getppid() == sandbox_pid
    thread = threading.Thread(target=_wait, args=(sandbox_pid, is_child), daemon=True)
    thread.start()
    return thread


def _wait(sandbox_pid: int, is_child: bool) -> None:
    while is_there(sandbox_pid, is_child):
        time.sleep(POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def is_there(sandbox_pid: int, is_child: bool) -> bool:
    """Whether the sandbox lives: for a child by its parent id, which no later process can reuse."""
    if is_child:
        return os.getppid() == sandbox_pid
    try:
        os.kill(sandbox_pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
