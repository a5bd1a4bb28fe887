"""What reading a hundred thousand log events costs: CPU of whole processes beside their peers.

All talk to the sandbox, whose own time is not counted. awslogs is measured where $AWSLOGS names
it: it needs an environment of its own.
"""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator

import pytest
from measuring import OPSCTL, Run, aws, costs, table
from running import RunningSandbox

from opsctl.sandbox import shell_env

EVENTS = 100_000
ROUNDS = 3
TEXT = "aws logs filter-log-events --output text"


@pytest.fixture(scope="module")
def busy(sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """The sandbox with events over ten minutes in four streams."""
    sandbox.ask("POST", "log-burst", {"events": EVENTS, "over": 600})
    yield sandbox
    sandbox.ask("DELETE", "log-burst")


@pytest.mark.bench
def test_a_search_beside_other_readers(
    busy: RunningSandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = _runs(busy)
    found = costs(runs, ROUNDS)
    peer, slow = found[TEXT].cpu, found.get("awslogs get")
    rows = []
    for name, cost in found.items():
        beside = f"{cost.cpu / slow.cpu:.2f}" if slow else ""
        rows.append((name, f"{cost.cpu:,.0f}", f"{cost.cpu / peer:.2f}", beside))
    heads = ("process", "CPU ms", "× aws text", "× awslogs")
    with capsys.disabled():
        print(table(f"{EVENTS:,} log events", heads, rows))


@pytest.mark.bench
def test_the_memory_of_a_search(busy: RunningSandbox, capsys: pytest.CaptureFixture[str]) -> None:
    rows = []
    for most in (1_000, 10_000, EVENTS):
        words = ["logs", "search", "captions", "--max", str(most), "-e", "local"]
        rows.append((f"{most:,}", f"{_peak(busy, words):.0f}"))
    with capsys.disabled():
        print(table("Memory of opsctl logs search", ("events", "MiB"), rows))


def _runs(sandbox: RunningSandbox) -> dict[str, Run]:
    group = sandbox.found["names"]["log_group"]
    shell = {**sandbox.environ, **shell_env.variables(sandbox.environ)}
    search = [OPSCTL, "logs", "search", "captions", "-e", "local"]
    peer = [aws(), "logs", "filter-log-events", "--log-group-name", group]
    peer += ["--filter-pattern", "captions", "--output"]
    runs = {
        "opsctl logs search": Run(search, sandbox.environ),
        "opsctl logs search --raw": Run([*search, "--raw"], sandbox.environ),
        "opsctl logs search -o json": Run([*search, "-o", "json"], sandbox.environ),
        TEXT: Run([*peer, "text"], shell),
        TEXT.replace("text", "json"): Run([*peer, "json"], shell),
    }
    if awslogs := os.environ.get("AWSLOGS"):
        words = [awslogs, "get", group, "ALL", "--start=1h", "--no-color"]
        words += ["--filter-pattern=captions", f"--aws-endpoint-url={sandbox.endpoint}"]
        runs["awslogs get"] = Run(words, shell)
    return runs


def _peak(sandbox: RunningSandbox, words: list[str]) -> float:
    """The most memory that a command had, in MiB."""
    process = subprocess.Popen(
        [OPSCTL, *words],
        env=dict(sandbox.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    assert isinstance(used, resource.struct_rusage)
    return used.ru_maxrss / 1024
