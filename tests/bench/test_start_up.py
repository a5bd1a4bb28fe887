"""What it costs to start: CPU of whole processes, as a ratio with `aws --version` in the same run.

Shown with `pytest -m bench -s tests/bench`. An editable installation adds about 10 ms to each.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROUNDS = 9
COMPLETION = {"COMP_WORDS": "opsctl sta", "COMP_CWORD": "1", "_OPSCTL_COMPLETE": "complete_bash"}


def cpu(words: list[str], **variables: str) -> float:
    """Median user and system time in milliseconds of a process that must end with 0."""
    times = []
    for _ in range(ROUNDS):
        process = subprocess.Popen(
            words,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **variables},
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, words
        times.append((used.ru_utime + used.ru_stime) * 1000)
    return statistics.median(times)


@pytest.mark.bench
def test_start_up_beside_the_aws_command(capsys: pytest.CaptureFixture[str]) -> None:
    beside = Path(sys.executable).parent
    aws = shutil.which("aws", path=f"{beside}:{os.environ['PATH']}")
    assert aws, "the peer is missing: pip install '.[dev]'"
    opsctl = str(beside / "opsctl")
    peer = cpu([aws, "--version"])
    rows = [
        ("opsctl --version", cpu([opsctl, "--version"]), 0.08),
        ("opsctl --help", cpu([opsctl, "--help"]), 0.20),
        ("completion of a word", cpu([opsctl], **COMPLETION), 0.20),
        ("opsctl restart --help", cpu([opsctl, "restart", "--help"]), 0.40),
    ]
    with capsys.disabled():
        print(f"\naws --version {peer:.0f} ms")
        for name, time, goal in rows:
            print(f"{name:24}{time:6.0f} ms   {time / peer:.2f}   goal {goal:.2f}")
