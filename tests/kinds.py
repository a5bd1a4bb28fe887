"""What a test needs, and what each kind of them costs.

`fast` needs nothing but this process. `emulator` needs an AWS inside it. `process` starts programs
or a terminal. `journey` runs the installed program against a sandbox.
"""

from __future__ import annotations

import ast
import functools
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

KINDS = ("fast", "emulator", "process", "journey")
APART = ("bench", "image", "modules")
"""Never part of the plain run."""
EMULATORS = frozenset({"emulator", "local", "door", "account", "aws", "settings"})
PROCESSES = frozenset({"program", "terminal", "warm", "programs"})
"""Fixtures that need an emulator, and those that start programs."""
PROGRAMS = frozenset({"subprocess", "pty", "background", "paper_terminal", "glass_terminal"}) | {
    "terraforming",
    "recording_docker",
    "repositories",
    "opsctl.sandbox.fork_server",
    "opsctl.sandbox.forking",
    "opsctl.sandbox.processes",
}
"""Modules that start programs."""
AWS_INSIDE = frozenset({"moto", "opsctl.sandbox.emulator"})
STARTS = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn"})
"""Audit events (see the standard library's table of them)."""

costs: dict[str, float] = {}
"""Kind, or `collecting`, → CPU seconds that it has cost in this process and its children."""
_running: list[str] = []


def kind_of(item: pytest.Item) -> str:
    """The most that a test needs: one of KINDS, or of APART."""
    for kind in (*APART, *reversed(KINDS)):
        if item.get_closest_marker(kind):
            return kind
    fixtures = set(getattr(item, "fixturenames", ()))
    if "sandbox" in fixtures:
        return "journey"
    if fixtures & PROCESSES or _imported(item.path) & PROGRAMS:
        return "process"
    if fixtures & EMULATORS or _imported(item.path) & AWS_INSIDE:
        return "emulator"
    return "fast"


@functools.cache
def _imported(module: Path) -> frozenset[str]:
    """What a test module imports, anywhere in it, and the first words of that."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {it.name.partition(".")[0] for it in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, node.module.partition(".")[0]}
            found |= {f"{node.module}.{it.name}" for it in node.names}
    return frozenset(found)


def forbid_programs_in_fast_tests() -> None:
    """A test that says it is fast, and starts a program, fails there."""

    def hook(event: str, _: Any, starts: frozenset[str] = STARTS) -> None:
        if event in starts and _running and _running[-1] == "fast":
            raise AssertionError(f"a fast test may not start a program ({event}): mark it process")

    sys.addaudithook(hook)


@contextmanager
def charged(kind: str) -> Iterator[None]:
    """Adds the CPU seconds of a block, its ended children's with them, to a kind."""
    before = cpu_seconds() - sum(costs.values())
    _running.append(kind)
    try:
        yield
    finally:
        _running.pop()
        # What a block inside this one was charged for is not charged again.
        own = cpu_seconds() - sum(costs.values()) - before
        costs[kind] = costs.get(kind, 0.0) + own


def cpu_seconds() -> float:
    """Of this process and of every child that it has waited for."""
    used = (resource.getrusage(it) for it in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(it.ru_utime + it.ru_stime for it in used)
