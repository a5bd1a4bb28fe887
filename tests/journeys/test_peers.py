"""Journeys beside the plain aws CLI: both see the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from running import RunningSandbox

pytestmark = pytest.mark.journey


def test_the_aws_cli_sees_through_shell_env_what_opsctl_says(steady: RunningSandbox) -> None:
    exports = steady.opsctl("sandbox", "shell-env")
    assert exports.returncode == 0
    names = steady.found["names"]
    aws = Path(sys.executable).parent / "aws"
    line = (
        f"{exports.stdout}\n{aws} ecs describe-services --output json "
        f"--cluster {names['cluster']} --services {names['service']}"
    )
    done = subprocess.run(
        ["bash", "-c", line],
        env=dict(steady.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout)["services"][0]
    ours = json.loads(steady.opsctl("status", "-e", "local", "-o", "json").stdout)["result"]
    assert ours["service"]["task_definition"] == theirs["taskDefinition"]
    assert ours["service"]["desired"] == theirs["desiredCount"]
    assert ours["service"]["running"] == theirs["runningCount"]
    assert ours["service"]["arn"] == theirs["serviceArn"]
