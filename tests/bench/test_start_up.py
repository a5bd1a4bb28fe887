"""What it costs to start: CPU of whole processes, as a ratio with `aws --version`.

An editable installation adds about 10 ms to each.
"""

from __future__ import annotations

import os

import pytest
from measuring import OPSCTL, Run, aws, costs, peer, table

COMPLETION = {"COMP_WORDS": "opsctl sta", "COMP_CWORD": "1", "_OPSCTL_COMPLETE": "complete_bash"}
PEER = "aws --version"
GOALS = {
    "opsctl --version": 0.08,
    "opsctl --help": 0.20,
    "completion of a word": 0.20,
    "opsctl restart --help": 0.40,
}


@pytest.mark.bench
def test_start_up_beside_the_aws_command(capsys: pytest.CaptureFixture[str]) -> None:
    found = costs(
        {
            PEER: Run([*aws(), "--version"]),
            "opsctl --version": Run([OPSCTL, "--version"]),
            "opsctl --help": Run([OPSCTL, "--help"]),
            "completion of a word": Run([OPSCTL], {**os.environ, **COMPLETION}),
            "opsctl restart --help": Run([OPSCTL, "restart", "--help"]),
        }
    )
    beside = found[PEER].cpu
    rows = [(PEER, f"{beside:.0f}", "1.00", "")] + [
        (name, f"{found[name].cpu:.0f}", f"{found[name].cpu / beside:.2f}", f"{goal:.2f}")
        for name, goal in GOALS.items()
    ]
    with capsys.disabled():
        print(table(f"Start-up; aws is {peer()}", ("process", "CPU ms", "ratio", "goal"), rows))
