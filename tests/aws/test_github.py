"""What `gh` says of a commit, through a program in its place."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from opsctl.aws import Aws
from opsctl.aws.github import Checks


def gh(folder: Path, answer: str, code: int = 0) -> None:
    """Puts a `gh` there that answers, and keeps its words."""
    program = folder / "gh"
    kept = str(folder / "words")
    program.write_text(
        f"#!{sys.executable} -S\nimport sys\nopen({kept!r}, 'w').write(' '.join(sys.argv[1:]))\n"
        f"print({answer!r}, file=sys.stderr if {code} else sys.stdout)\nsys.exit({code})\n"
    )
    program.chmod(0o755)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return tmp_path


def run(name: str, status: str, conclusion: str = "") -> dict[str, str]:
    return {"workflowName": name, "status": status, "conclusion": conclusion}


@pytest.mark.parametrize(
    ("runs", "checks"),
    [
        ([run("test", "completed", "success"), run("lint", "completed", "skipped")], "passed"),
        ([run("test", "completed", "failure"), run("lint", "queued")], "failed"),
        ([run("test", "in_progress")], "running"),
        ([run("test", "completed", "success"), run("test", "completed", "failure")], "passed"),
        ([], "none"),
    ],
)
def test_the_newest_run_of_each_workflow_counts(
    aws: Aws, folder: Path, runs: list[dict[str, str]], checks: str
) -> None:
    gh(folder, json.dumps(runs))
    assert aws.github.checks(str(folder), "abc").state == checks
    assert "run list --commit abc" in (folder / "words").read_text()


def test_what_cannot_be_asked_is_unknown_with_the_reason(aws: Aws, folder: Path) -> None:
    missing = Checks("unknown", "there is no program `gh` on the PATH")
    assert aws.github.checks(str(folder), "abc") == missing
    gh(folder, "To get started with GitHub CLI, please run: gh auth login", 4)
    assert "gh auth login" in aws.github.checks(str(folder), "abc").detail
    gh(folder, "{not json")
    assert "not understood" in aws.github.checks(str(folder), "abc").detail
