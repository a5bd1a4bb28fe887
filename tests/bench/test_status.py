"""How long `status` takes where every AWS call is slow: on the clock, beside one such call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from measuring import OPSCTL, Run, aws, costs, peer, table
from running import RunningSandbox

from opsctl.sandbox import shell_env
from opsctl.sandbox.launch import TASK_KEY

LATENCIES = (0.15, 1.0)
"""Seconds. Start-up weighs on the first; of the second, the calls are nearly everything."""
PEER = "aws ecs describe-services"


@pytest.fixture
def slow(sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """The steady sandbox; the test makes its calls slow, and they are quick again afterwards."""
    sandbox.settle()
    yield sandbox
    sandbox.ask("DELETE", "faults")


@pytest.mark.bench
@pytest.mark.parametrize("latency", LATENCIES)
def test_status_beside_its_slowest_call(
    slow: RunningSandbox, latency: float, capsys: pytest.CaptureFixture[str]
) -> None:
    slow.ask("POST", "faults", {"latency": latency, "spare": TASK_KEY})
    slow.ask("DELETE", "calls")
    assert slow.opsctl("status", "-e", "local").returncode == 0
    calls = slow.calls()
    assert _at_the_same_time(calls) >= 5, "independent reads go out concurrently"
    names = slow.found["names"]
    service = ("--cluster", names["cluster"], "--services", names["service"])
    environ = {**slow.environ, **shell_env.variables(slow.environ)}
    found = costs(
        {
            PEER: Run([*aws(slow.endpoint), *PEER.split()[1:], *service], environ),
            "opsctl whoami": Run([OPSCTL, "whoami", "-e", "local"], slow.environ),
            "opsctl status": Run([OPSCTL, "status", "-e", "local"], slow.environ),
        }
    )
    whole = found["opsctl status"].wall
    slowest = max(call["took"] for call in calls) * 1000
    rows = [
        ("opsctl status", f"{whole:.0f}", "", ""),
        *_rows(whole, {PEER: found[PEER].wall, "opsctl whoami": found["opsctl whoami"].wall}),
        ("its slowest request", f"{slowest:.0f}", f"{whole / slowest:.2f}", "2.00"),
        ("its requests, one after another", f"{_sum(calls):.0f}", f"{whole / _sum(calls):.2f}", ""),
    ]
    title = (
        f"status, {latency * 1000:.0f} ms added to each of {len(calls)} calls; "
        f"{_at_the_same_time(calls)} at the same time; aws is {peer()}"
    )
    with capsys.disabled():
        print(table(title, ("wall time", "ms", "status is × that", "goal"), rows))


def _rows(whole: float, peers: Mapping[str, float]) -> Iterator[tuple[str, str, str, str]]:
    for name, wall in peers.items():
        yield name, f"{wall:.0f}", f"{whole / wall:.2f}", "2.00"


def _sum(calls: Sequence[Mapping[str, Any]]) -> float:
    return sum(float(call["took"]) for call in calls) * 1000


def _at_the_same_time(calls: Sequence[Mapping[str, Any]]) -> int:
    """The most calls that were under way at one moment."""
    return max(
        sum(it["at"] <= call["at"] < it["at"] + it["took"] for it in calls) for call in calls
    )
