"""`opsctl sandbox …`: words into requests, exit codes, one document on standard output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from opsctl.cli import app
from opsctl.sandbox import control, shell_env


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def test_status_of_a_sandbox_that_is_down_is_a_bad_answer(capsys: Any) -> None:
    assert app.run(["sandbox", "status", "-o", "json"]) == 30
    document = json.loads(capsys.readouterr().out)
    assert document["result"] == {"running": False}
    assert document["status"] == "unhealthy"


def test_down_is_done_when_nothing_runs(capsys: Any) -> None:
    assert app.run(["sandbox", "down"]) == 0
    assert capsys.readouterr().out == "The sandbox was not up.\n"


@pytest.mark.parametrize("words", [["break", "crash"], ["heal"], ["shell-env"]])
def test_what_needs_a_running_sandbox_says_how_to_start_it(words: list[str], capsys: Any) -> None:
    assert app.run(["sandbox", *words]) == 18
    assert "opsctl sandbox up" in capsys.readouterr().err


def test_another_environment_is_refused(capsys: Any) -> None:
    assert app.run(["sandbox", "down", "-e", "prod"]) == 2
    assert "`local`, not `prod`" in capsys.readouterr().err


def test_a_duration_is_read(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    asked: list[Any] = []

    def break_kind(kind: str, seconds: float | None) -> dict[str, float]:
        asked.append((kind, seconds))
        return {"slow": 90.0}

    monkeypatch.setattr(control, "break_kind", break_kind)
    assert app.run(["sandbox", "break", "slow", "--for", "90s"]) == 0
    assert asked == [("slow", 90.0)]
    assert app.run(["sandbox", "break", "slow", "--for", "soon"]) == 2


def test_exports_are_the_only_thing_on_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(shell_env, "variables", lambda: {"AWS_REGION": "us-east-1"})
    assert app.run(["sandbox", "shell-env"]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines()[0] == "export AWS_REGION=us-east-1"
    assert captured.out.splitlines()[1].startswith("unset AWS_PROFILE")
    assert captured.err == ""
    assert app.run(["sandbox", "shell-env", "--shell", "csh"]) == 2


def test_a_user_is_filled_with_what_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    asked: list[Any] = []

    def fill(user: str, objects: dict[str, Any], items: int) -> dict[str, int]:
        asked.append((user, objects, items))
        return {"objects": 5, "items": 7}

    monkeypatch.setattr(control, "fill", fill)
    words = ["fill", "alice", "--objects", "5", "--versions", "3", "--items", "7", "--awkward"]
    assert app.run(["sandbox", *words, "-o", "json"]) == 0
    objects = {"objects": 5, "versions": 3, "markers": 0, "uploads": 0, "awkward": True}
    assert asked == [("alice", objects, 7)]
    assert json.loads(capsys.readouterr().out)["result"] == {"objects": 5, "items": 7}
    assert app.run(["sandbox", "fill", "alice", "--objects", "-1"]) == 2
