"""Journeys through the checklist before a deployment to a protected environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import repositories
from paper_terminal import play
from running import RunningSandbox

from opsctl.aws.reads import only_reads

pytestmark = pytest.mark.journey

NAMES = (
    *("cluster", "service", "family", "log_group", "secret", "table", "bucket"),
    *("user_pool", "user_pool_client", "alarm_prefix", "alarm_suffix"),
)
GH = """#!/bin/sh
case "$1" in
  run) echo '[{"workflowName": "test", "status": "completed", "conclusion": "success"}]' ;;
  api) echo '[{"number": 12, "merged_at": "2026-11-23T10:00:00Z"}]' ;;
  pr) echo '{"number": 12, "url": "https://github.com/o/r/pull/12", "state": "MERGED",
    "mergedAt": "2026-11-23T10:00:00Z", "reviewDecision": "APPROVED",
    "latestReviews": [{"state": "APPROVED", "author": {"login": "kim"}}]}' ;;
esac
"""


@pytest.fixture
def prod(steady: RunningSandbox, tmp_path: Path) -> RunningSandbox:
    """The sandbox as the environment prod, with records of its own and a `gh` on the PATH."""
    found, made = steady.found, steady.found["made"]
    lines = [
        "[env.prod]",
        'account = "123456789012"',
        'region = "us-east-1"',
        f'endpoint_url = "{steady.endpoint}"',
        f'app_url = "{steady.app_url}"',
        *(f'{name} = "{found["names"][name]}"' for name in NAMES),
    ]
    config = tmp_path / "opsctl.toml"
    config.write_text("\n".join(lines) + "\n")
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(GH)
    gh.chmod(0o755)
    environ = {
        **steady.environ,
        "AWS_ACCESS_KEY_ID": made["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": made["secret_access_key"],
        "OPSCTL_CONFIG": str(config),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "PATH": f"{gh.parent}{os.pathsep}{steady.environ['PATH']}",
    }
    return replace(steady, environ=environ)


def states(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """How each item stands."""
    items: list[dict[str, Any]] = json.loads(done.stdout)["result"]["items"]
    return {it["key"]: it["state"] for it in items}


def test_a_deployment_shows_the_checklist_until_it_has_made_it_old(
    prod: RunningSandbox, tmp_path: Path
) -> None:
    repository = repositories.make(tmp_path / "code")
    repository.git("tag", "-a", "-m", "it", "v1.3.0")
    here: dict[str, Any] = {"cwd": repository.folder}
    checklist = ("checklist", "deploy", "1.3.0", "-e", "prod", "-o", "json")
    deploy = ("deploy", "1.3.0", "-e", "prod")
    before = prod.opsctl(*deploy, "--dry-run", **here)
    assert "not gone through in the last 4 h: opsctl checklist deploy 1.3.0" in before.stdout
    prod.ask("DELETE", "calls")

    first = prod.opsctl(*checklist, **here)
    assert first.returncode == 30, first.stderr
    found = states(first)
    assert [found[it] for it in ("tests", "review", "image", "needs")] == ["ok"] * 4
    assert (found["notified"], found["terraform"]) == ("not_answered", "not_applicable")
    commit = repository.git("rev-parse", "HEAD")
    assert json.loads(first.stdout)["result"]["commit"] == commit
    made = [(it["service"], it["operation"]) for it in prod.calls()]
    assert made
    assert all(only_reads(*it) for it in made)

    answered = prod.opsctl(*checklist, "--said", "notified=#ops [bold]", **here)
    assert states(answered)["notified"] == "ok"
    shown = prod.opsctl(*deploy, "--dry-run", **here)
    assert "Team notified (" in shown.stdout
    assert "Tests pass in CI" in shown.stdout

    done = prod.opsctl(*deploy, "--confirm", "prod", **here)
    assert done.returncode == 0, done.stderr
    assert states(prod.opsctl(*checklist, **here))["notified"] == "not_answered"


def test_ctrl_c_in_a_question_keeps_nothing_and_a_closed_pipe_says_nothing(
    prod: RunningSandbox, tmp_path: Path
) -> None:
    words = ["opsctl", "checklist", "deploy", "1.3.0", "-e", "prod"]
    program = f"import sys; sys.argv = {words!r}\nfrom opsctl.__main__ import main\nmain()"
    keys = [
        ("Did all tests pass in CI?", b"yes\r"),
        ("Was the code reviewed", b"\x03"),
    ]
    played = play(tmp_path / "out.txt", program, keys, folder=tmp_path, **prod.environ)
    assert (played.code, played.out) == (130, "")
    assert not (tmp_path / "state" / "opsctl" / "checklists").exists()
    piped = subprocess.run(
        f"{sys.executable} -m opsctl checklist deploy 1.3.0 -e prod | head -1",
        shell=True,
        env=dict(prod.environ),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert piped.stdout == "Before a deployment of 1.3.0 to prod\n"
    assert piped.stderr == ""
