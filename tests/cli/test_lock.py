"""`opsctl lock`: show, take and release, as text and as JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from opsctl.journal import Journal
from opsctl.lock import Lock
from opsctl.state import LocalStore

Program = Callable[..., subprocess.CompletedProcess[str]]
ACCOUNT = "123456789012"


@pytest.fixture
def opsctl(program: Program, home: Path) -> Program:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return program(*words, XDG_STATE_HOME=str(home / "state"))

    return run


@pytest.fixture
def others(home: Path) -> Lock:
    """The same lock in the hands of somebody else."""
    store = LocalStore(home / "state/opsctl")
    return Lock(store, "local", account=ACCOUNT, owner="bob@desk", environ={})


def test_a_free_environment_is_free(opsctl: Program) -> None:
    ran = opsctl("lock", "show")
    assert (ran.returncode, ran.stdout) == (0, "free  nobody holds local\n")
    result = json.loads(opsctl("lock", "show", "-o", "json").stdout)["result"]
    assert result == {"held": False, "lock": None}


def test_a_freeze_is_taken_shown_and_released(opsctl: Program, home: Path) -> None:
    ran = opsctl("lock", "take", "--reason", "sale day", "--for", "2h", "--yes")
    assert ran.returncode == 0
    assert "OPSCTL_LOCK_TOKEN=" in ran.stderr
    assert "sale day" in opsctl("lock", "show").stdout
    shown = json.loads(opsctl("lock", "show", "-o", "json").stdout)["result"]["lock"]
    assert (shown["kind"], shown["reason"]) == ("freeze", "sale day")
    assert "token" not in shown
    assert opsctl("lock", "release", "--yes").returncode == 0
    assert opsctl("lock", "show").stdout.startswith("free")
    runs = Journal(LocalStore(home / "state/opsctl"), "local").runs()
    assert [(run.command, run.status, run.reason) for run in runs] == [
        ("lock release", "done", ""),
        ("lock take", "done", "sale day"),
    ]


def test_a_freeze_needs_a_reason(opsctl: Program) -> None:
    ran = opsctl("lock", "take", "--yes")
    assert ran.returncode == 2
    assert "--reason" in ran.stderr


def test_an_end_that_is_no_duration_is_refused(opsctl: Program) -> None:
    ran = opsctl("lock", "take", "--reason", "x", "--for", "10", "--yes")
    assert ran.returncode == 2
    assert "90s" in ran.stderr


@pytest.mark.parametrize("verb", ["take", "release"])
def test_without_a_terminal_nothing_happens_without_yes(opsctl: Program, verb: str) -> None:
    if verb == "release":
        opsctl("lock", "take", "--reason", "x", "--yes")
    before = json.loads(opsctl("lock", "show", "-o", "json").stdout)["result"]
    ran = opsctl("lock", verb, "--reason", "x")
    assert ran.returncode == 15
    assert "--yes" in ran.stderr
    assert json.loads(opsctl("lock", "show", "-o", "json").stdout)["result"] == before


def test_a_dry_run_takes_nothing(opsctl: Program, home: Path) -> None:
    ran = opsctl("lock", "take", "--reason", "x", "--dry-run", "--exit-code")
    assert ran.returncode == 31
    assert "Freeze local" in ran.stdout
    assert not (home / "state").exists()


def test_releasing_a_free_environment_is_nothing_to_do(opsctl: Program) -> None:
    ran = opsctl("lock", "release")
    assert ran.returncode == 0
    assert "Nobody holds local" in ran.stdout


def test_somebody_elses_freeze_is_not_taken_over(opsctl: Program, others: Lock) -> None:
    others.take("sale day")
    ran = opsctl("lock", "take", "--reason", "mine", "--yes")
    assert ran.returncode == 14
    assert "bob@desk" in ran.stderr
    assert "sale day" in ran.stderr


def test_somebody_elses_lock_is_released_with_a_reason(opsctl: Program, others: Lock) -> None:
    with others.hold(command="deploy v2", reason="hotfix"):
        without = opsctl("lock", "release", "--yes")
        assert without.returncode == 2
        assert "--reason" in without.stderr
        ran = opsctl("lock", "release", "--yes", "--reason", "bob is on a plane")
        assert ran.returncode == 0
        assert "still going" in ran.stderr
        assert others.show() is None


def test_a_freeze_that_cannot_be_journaled_is_not_taken(opsctl: Program, home: Path) -> None:
    (home / "state/opsctl").mkdir(parents=True)
    (home / "state/opsctl/journal").write_text("in the way")
    ran = opsctl("lock", "take", "--reason", "x", "--yes")
    assert ran.returncode == 13
    assert "could not be journaled" in ran.stderr
    assert opsctl("lock", "show").stdout.startswith("free")
