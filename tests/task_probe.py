"""A task for tests of how tasks start: it writes what it sees as one line of JSON, then does as
`$CAPTION_FAULT` says: ends well, fails, or waits for a signal."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
from pathlib import Path

NUMBERS = (signal.SIGTERM, signal.SIGUSR1)


def is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def main() -> None:
    if os.environ.get("CAPTION_FAULT") == "crash":
        raise RuntimeError("this task fails")
    seen = {
        "environ": dict(os.environ),
        "argv": sys.argv,
        "folder": str(Path.cwd()),
        "parent": os.getppid(),
        "pid": os.getpid(),
        "session": os.getsid(0),
        "threads": threading.active_count(),
        "descriptors": [number for number in range(64) if is_open(number)],
        "default_signals": all(signal.getsignal(it) == signal.SIG_DFL for it in NUMBERS),
        "random": random.random(),
        "forked": "uvicorn" in sys.modules,
        "isolated": sys.flags.isolated,
    }
    print(json.dumps(seen), flush=True)
    if os.environ.get("CAPTION_FAULT") == "slow":
        signal.pause()


if __name__ == "__main__":
    main()
