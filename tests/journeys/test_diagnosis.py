"""Each way to break the sandbox is named first by the diagnosis, shown by status, and healed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from subprocess import CompletedProcess
from typing import Any

import httpx
import pytest
from running import RunningSandbox, until

pytestmark = pytest.mark.journey

KINDS = (
    ("alarm", "alarms-ringing"),
    ("disabled-user", "disabled-user-refused"),
    ("slow", "slow"),
    ("errors", "server-errors"),
    ("full", "no-room"),
    ("throttle", "too-many-calls"),
    ("sick", "tasks-fail-health-checks"),
    ("crash", "tasks-crash"),
)
"""What is broken, and the cause that must come first."""


@pytest.fixture
def well(steady: RunningSandbox) -> RunningSandbox:
    """A steady sandbox that knows nothing of what was broken before."""
    steady.ask("DELETE", "past")
    return steady


@pytest.fixture
def broken(well: RunningSandbox) -> Iterator[RunningSandbox]:
    """A well sandbox, healed whatever happens."""
    yield well
    well.ask("DELETE", "break")
    well.settle()
    health = f"{well.app_url}/_stcore/health"
    until(lambda: httpx.get(health, trust_env=False).text == "ok")


def diagnosed(sandbox: RunningSandbox, *words: str) -> tuple[int, dict[str, Any]]:
    """Exit code and diagnosis."""
    done = sandbox.opsctl("diagnose", *words, "-e", "local", "-o", "json")
    document = json.loads(done.stdout)
    assert document["error"] is None, document["error"]
    return done.returncode, document["result"]


def is_shown(status: CompletedProcess[str]) -> bool:
    told = "diagnose" in status.stdout or "throttles" in status.stderr
    return status.returncode == 30 or told


@pytest.mark.parametrize(("kind", "cause"), KINDS, ids=[kind for kind, _ in KINDS])
def test_what_is_broken_is_named_first_and_shown_by_status(
    kind: str, cause: str, broken: RunningSandbox
) -> None:
    broken.ask("POST", "break", {"kind": kind})
    seen: list[tuple[int, Any]] = []

    def named_first() -> bool:
        code, found = diagnosed(broken, "all")
        seen[:] = [(code, it) for it in found["findings"]]
        return bool(seen) and seen[0][1]["cause"] == cause

    until(named_first)
    code, first = seen[0]
    assert code == 30
    assert first["evidence"]
    assert first["next_command"].startswith("opsctl ")
    # It takes a few failed sign-ins until status says so.
    until(lambda: is_shown(broken.opsctl("status", "-e", "local")))


def test_a_service_that_is_well_is_told_in_two_quiet_lines(well: RunningSandbox) -> None:
    done = well.opsctl("diagnose", "latency", "-e", "local")
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[0].startswith("Nothing found")
    assert "\x1b" not in done.stdout
    assert not any(it["operation"].startswith(("Put", "Update")) for it in well.calls())


def test_a_user_is_told_about_by_name(well: RunningSandbox) -> None:
    code, found = diagnosed(well, "auth", "bob")
    assert (code, found["findings"]) == (0, [])
    code, found = diagnosed(well, "auth", "nobody-of-that-name")
    assert (code, found["findings"][0]["cause"]) == (30, "user-state")


def test_metrics_are_a_table_in_a_pipe_and_points_in_json(steady: RunningSandbox) -> None:
    cloudwatch = steady.client("cloudwatch")
    until(lambda: cloudwatch.list_metrics(MetricName="RunningTaskCount")["Metrics"])
    done = steady.opsctl("metrics", "--since", "5m", "-e", "local")
    assert (done.returncode, "\x1b" in done.stdout) == (0, False)
    assert any(line.split()[:1] == ["CPU"] for line in done.stdout.splitlines())
    done = steady.opsctl("metrics", "--since", "5m", "-e", "local", "-o", "json")
    series = json.loads(done.stdout)["result"]["series"]
    assert series["tasks"]["points"][-1]["value"] >= 1
