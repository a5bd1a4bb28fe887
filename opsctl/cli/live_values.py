"""The process that reads live values for completion: a kind, an environment, a file; JSON out."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

LONGEST = 20.0
"""Seconds after which it ends, with whatever it has started to get credentials."""


def read(kind: str, env: str, config: str) -> list[tuple[str, str]]:
    """The choices, as (word, what it is); remembered for the next Tab. Raises what AWS answers.

    Credentials of another account than the environment's are told by an error: what there is
    elsewhere would be the wrong thing to offer.
    """
    from opsctl import targets
    from opsctl.aws import Aws
    from opsctl.cli.completion_memory import Memory
    from opsctl.reports import choices

    target = targets.load(Path(config) if config else None).resolve(env)
    aws = Aws(target)
    found, _caller = aws.at_once(lambda: choices.of(kind, aws), aws.check_account)
    values = [(it.value, it.about) for it in found]
    Memory(kind, target, os.environ).keep(values)
    return values


def main() -> None:
    """One answer on standard output, to whoever still listens."""
    end = threading.Timer(LONGEST, os.killpg, (0, signal.SIGKILL))
    end.daemon = True
    end.start()
    answer = json.dumps(read(*sys.argv[1:]))
    try:
        print(answer, flush=True)  # noqa: T201
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
