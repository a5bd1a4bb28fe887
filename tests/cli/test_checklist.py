"""`opsctl checklist deploy`: looked at, answered, kept, and told with an exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from checklist_samples import seen
from samples import arn

from opsctl.cli import app
from opsctl.reports import checklist as report

Run = Callable[..., int]


@pytest.fixture
def checklist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """What is seen, to be changed by a test; asked for with which tag."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("OPSCTL_CONFIG", raising=False)
    state: dict[str, Any] = {"over": {}, "asked": []}

    def gather(session: Any, tag: str, folder: str) -> report.Seen:
        state["asked"].append((tag, folder))
        over = {"tag": tag, **state["over"]}
        return seen(**over)

    monkeypatch.setattr(report, "gather", gather)
    return state


def run(*words: str) -> int:
    return app.run(["checklist", "deploy", *words, "-e", "local"])


def log(folder: Path) -> list[dict[str, Any]]:
    path = folder / "opsctl" / "checklists" / "local.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_off_a_terminal_nothing_is_asked_and_what_is_open_ends_with_30(
    checklist: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("1.3.0") == 30
    out, err = capsys.readouterr()
    assert "? Team notified: not answered" in out
    assert "\x1b" not in out + err
    assert checklist["asked"] == [("1.3.0", str(tmp_path))]


def test_answers_by_option_are_kept_and_count_again(
    checklist: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("1.3.0", "--said", "notified=#ops") == 0
    assert run("1.3.0") == 0
    assert "said yes" in capsys.readouterr().out
    first, second = log(tmp_path)
    assert [it["item"] for it in first["answers"]] == ["notified"]
    assert second["answers"] == []
    assert first["live"] == arn(3)
    assert run("1.3.0", "--again") == 30
    assert run("1.4.0") == 30


def test_json_is_one_document_with_every_item(
    checklist: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("1.3.0", "-o", "json") == 30
    document = json.loads(capsys.readouterr().out)
    assert (document["status"], document["exit_code"]) == ("unhealthy", 30)
    result = document["result"]
    assert (result["tag"], result["holds"], result["kept"]) == ("1.3.0", False, True)
    states = {it["key"]: it["state"] for it in result["items"]}
    assert states["notified"] == "not_answered"
    assert states["tests"] == "ok"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("",), "An empty TAG names no image"),
        (("1.3.0", "--said", "health"), "no item that is asked"),
        (("1.3.0", "--not-applicable", "notified"), "Why is notified"),
    ],
)
def test_words_that_make_no_sense_are_refused_before_anything_is_looked_at(
    checklist: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    assert run(*words) == 2
    assert said in capsys.readouterr().err
    assert checklist["asked"] == []


def test_where_nothing_can_be_kept_it_is_told_all_the_same(
    checklist: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "opsctl").mkdir()
    (tmp_path / "opsctl" / "checklists").write_text("in the way")
    assert run("1.3.0", "--said", "notified", "-o", "json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["result"]["kept"] is False
    assert "could not be kept" in err


def test_the_group_alone_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    app.run(["checklist", "--help"])
    assert "deploy" in capsys.readouterr().out
