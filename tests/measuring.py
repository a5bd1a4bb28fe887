"""What whole processes cost, side by side, and how that is shown."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 9
BESIDE = Path(sys.executable).parent
OPSCTL = str(BESIDE / "opsctl")


@dataclass(frozen=True)
class Run:
    """One command line, and its whole environment; None is this process's own."""

    words: Sequence[str]
    environ: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Cost:
    """Medians in milliseconds: user and system time of the process, and time on the clock."""

    cpu: float
    wall: float


def aws() -> str:
    """The peer: the `aws` command of this environment."""
    found = shutil.which("aws", path=f"{BESIDE}:{os.environ['PATH']}")
    assert found, "the peer is missing: pip install '.[dev]'"
    return found


def costs(
    runs: Mapping[str, Run],
    rounds: int = ROUNDS,
    before: Callable[[str], object] = lambda name: None,
) -> dict[str, Cost]:
    """Each command once in every round, so that a busy moment of the machine hits all of them.

    `before` gets the name of each that is about to run.
    """
    found: dict[str, list[Cost]] = {name: [] for name in runs}
    for one_round in range(rounds + 1):
        for name, run in runs.items():
            before(name)
            cost = once(run)
            if one_round:  # the first one warms the caches of the disk
                found[name].append(cost)
    return {
        name: Cost(
            statistics.median(it.cpu for it in some), statistics.median(it.wall for it in some)
        )
        for name, some in found.items()
    }


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as what they hold, the first one to the left."""
    lines = [list(heads), *(list(row) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heads))]
    shown = [
        "  ".join(it.ljust(w) if not at else it.rjust(w) for at, (it, w) in enumerate(pairs))
        for pairs in (list(zip(line, widths, strict=True)) for line in lines)
    ]
    return "\n".join(["", title, *shown])


def once(run: Run) -> Cost:
    """What one run costs. Fails when it does not end well."""
    began = time.perf_counter()
    process = subprocess.Popen(
        run.words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=run.environ,
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{run.words} ended with {process.returncode}"
    return Cost((used.ru_utime + used.ru_stime) * 1000, wall * 1000)
