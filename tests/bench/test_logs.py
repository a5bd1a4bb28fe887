"""What reading a hundred thousand log events costs: CPU of whole processes beside their peers.

All talk to the sandbox, whose own time is not counted. awslogs is measured where $AWSLOGS names
it: it needs an environment of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from measuring import OPSCTL, Run, aws, costs, once, peer, table
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
    text, slow = found[TEXT].cpu, found.get("awslogs get")
    rows = []
    for name, cost in found.items():
        beside = f"{cost.cpu / slow.cpu:.2f}" if slow else ""
        rows.append((name, f"{cost.cpu:,.0f}", f"{cost.cpu / text:.2f}", beside))
    heads = ("process", "CPU ms", "× aws text", "× awslogs")
    with capsys.disabled():
        print(table(f"{EVENTS:,} log events; aws is {peer()}", heads, rows))


@pytest.mark.bench
def test_the_memory_of_a_search(busy: RunningSandbox, capsys: pytest.CaptureFixture[str]) -> None:
    rows = []
    for most in (1_000, 10_000, EVENTS):
        words = [OPSCTL, "logs", "search", "captions", "--max", str(most), "-e", "local"]
        rows.append((f"{most:,}", f"{once(Run(words, busy.environ)).memory:.0f}"))
    with capsys.disabled():
        print(table("Memory of opsctl logs search", ("events", "MiB"), rows))


def _runs(sandbox: RunningSandbox) -> dict[str, Run]:
    group = sandbox.found["names"]["log_group"]
    shell = {**sandbox.environ, **shell_env.variables(sandbox.environ)}
    search = [OPSCTL, "logs", "search", "captions", "-e", "local"]
    reader = [*aws(sandbox.endpoint), "logs", "filter-log-events", "--log-group-name", group]
    reader += ["--filter-pattern", "captions", "--output"]
    runs = {
        "opsctl logs search": Run(search, sandbox.environ),
        "opsctl logs search --raw": Run([*search, "--raw"], sandbox.environ),
        "opsctl logs search -o json": Run([*search, "-o", "json"], sandbox.environ),
        TEXT: Run([*reader, "text"], shell),
        TEXT.replace("text", "json"): Run([*reader, "json"], shell),
    }
    if awslogs := os.environ.get("AWSLOGS"):
        words = [awslogs, "get", group, "ALL", "--start=1h", "--no-color"]
        words += ["--filter-pattern=captions", f"--aws-endpoint-url={sandbox.endpoint}"]
        runs["awslogs get"] = Run(words, shell)
    return runs
