"""What commands with a few AWS calls cost: CPU of whole processes beside those of `aws`.

Both talk to the same sandbox, whose own time is not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from measuring import OPSCTL, Run, aws, costs, peer, table
from running import RunningSandbox

from opsctl.sandbox import shell_env

SERVICES = "aws ecs describe-services"
CALLER = "aws sts get-caller-identity"
TARGETS = "aws application-autoscaling describe-scalable-targets"
POLICIES = "aws application-autoscaling describe-scaling-policies"


@dataclass(frozen=True)
class Pair:
    """A command of opsctl, and the processes of `aws` that make the same calls."""

    words: str
    peers: Sequence[str]
    goal: str
    calls: Sequence[str]


PAIRS = (
    Pair("whoami", (SERVICES,), "0.50, stretch 0.42", ("GetCallerIdentity",)),
    Pair("whoami", (CALLER,), "", ("GetCallerIdentity",)),
    Pair(
        "scale count 3 --dry-run",
        (CALLER, SERVICES, TARGETS),
        "0.18",
        ("DescribeScalableTargets", "DescribeServices", "GetCallerIdentity"),
    ),
    Pair(
        "scale cpu-target 55 --dry-run",
        (CALLER, POLICIES),
        "",
        ("DescribeScalingPolicies", "GetCallerIdentity"),
    ),
)


@pytest.mark.bench
def test_a_few_calls_beside_the_aws_command(
    sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.settle()
    for pair in PAIRS:
        sandbox.ask("DELETE", "calls")
        assert sandbox.opsctl(*pair.words.split(), "-e", "local").returncode == 0
        assert sorted(it["operation"] for it in sandbox.calls()) == list(pair.calls)
    found = costs(_peers(sandbox) | _commands(sandbox))
    rows = [(name, f"{found[name].cpu:.0f}", "", "", "") for name in _peers(sandbox)]
    for pair in PAIRS:
        cost, peers = found[pair.words].cpu, sum(found[peer].cpu for peer in pair.peers)
        beside = " + ".join(peer.split()[-1] for peer in pair.peers)
        rows.append(
            (f"opsctl {pair.words}", f"{cost:.0f}", f"{cost / peers:.2f}", pair.goal, beside)
        )
    with capsys.disabled():
        heads = ("process", "CPU ms", "ratio", "goal", "beside")
        print(table(f"A few calls; aws is {peer()}", heads, rows))


def _commands(sandbox: RunningSandbox) -> dict[str, Run]:
    return {
        pair.words: Run([OPSCTL, *pair.words.split(), "-e", "local"], sandbox.environ)
        for pair in PAIRS
    }


def _peers(sandbox: RunningSandbox) -> dict[str, Run]:
    environ = {**sandbox.environ, **shell_env.variables(sandbox.environ)}
    names = sandbox.found["names"]
    options = {
        SERVICES: ("--cluster", names["cluster"], "--services", names["service"]),
        CALLER: (),
        TARGETS: ("--service-namespace", "ecs"),
        POLICIES: ("--service-namespace", "ecs"),
    }
    command = aws(sandbox.endpoint)
    return {
        name: Run([*command, *name.split()[1:], *more], environ) for name, more in options.items()
    }
