"""What whole processes cost, side by side, and how that is shown."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROUNDS = 9
BESIDE = Path(sys.executable).parent
OPSCTL = str(BESIDE / "opsctl")
LAUNCHER = str(Path(__file__).parent / "bench" / "launcher.py")


@dataclass(frozen=True)
class Run:
    """One command line, and its whole environment; None is this process's own."""

    words: Sequence[str]
    environ: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Cost:
    """Milliseconds of user and system time, milliseconds elapsed, and peak memory in MiB."""

    cpu: float
    wall: float
    memory: float


def aws(endpoint: str = "") -> list[str]:
    """The peer, as the beginning of its command line; 2.13 is the first to read
    $AWS_ENDPOINT_URL, so the endpoint is an option."""
    return [_peer(), *(["--endpoint-url", endpoint] if endpoint else [])]


def peer() -> str:
    """The peer with its version, for the titles of tables: `aws-cli/2.9.19`."""
    return _version(_peer())


@cache
def _peer() -> str:
    """AWS CLI v2 where the PATH has one, else the v1 of this environment."""
    folders = [str(BESIDE), *os.get_exec_path()]
    found = [it for folder in folders if (it := shutil.which("aws", path=folder))]
    assert found, "the peer is missing: pip install '.[dev]'"
    return next((it for it in found if _version(it).startswith("aws-cli/2.")), found[0])


@cache
def _version(command: str) -> str:
    shown = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    return shown.stdout.split()[0]


def costs(
    runs: Mapping[str, Run],
    rounds: int = ROUNDS,
    before: Callable[[str], object] = lambda name: None,
) -> dict[str, Cost]:
    """Each command once in every round, so that a busy moment of the machine hits all of them.

    Medians, and the most memory of any round. `before` gets the name of each that is about to run.
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
            statistics.median(it.cpu for it in some),
            statistics.median(it.wall for it in some),
            max(it.memory for it in some),
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
    measured = subprocess.run(
        [sys.executable, "-I", "-S", LAUNCHER, *run.words],
        env=run.environ,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    code, *numbers = measured.stdout.split()
    assert code == "0", f"{run.words} ended with {code}"
    return Cost(*map(float, numbers))
