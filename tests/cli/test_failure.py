"""A wrong command line: which command it meant, and whether it wanted JSON."""

from __future__ import annotations

import json

import pytest
from typer.exceptions import Abort

from opsctl import errors
from opsctl.cli.failure import outcome_of, report, wants_json


@pytest.mark.parametrize(
    "words",
    [
        "status -o json",
        "status --output json",
        "status --output=json",
        "status -ojson",
        "x -no json",
    ],
)
def test_json_is_wanted_however_it_is_said(words: str) -> None:
    assert wants_json(words.split())


@pytest.mark.parametrize(
    "words", ["", "status", "status -o text", "x -- -o json", "x -o", "x json -o"]
)
def test_json_is_not_wanted_when_it_is_not_said(words: str) -> None:
    assert not wants_json(words.split())


def test_an_error_outside_of_a_command_is_one_document_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert report(errors.BadConfig("no file"), ["rollback", "-o", "json"]) == 10
    out, err = capsys.readouterr()
    assert json.loads(out)["command"] == "rollback"
    assert json.loads(out)["status"] == "refused"
    assert "Error: no file" in err


def test_debug_keeps_the_traceback_and_says_where(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert report(KeyError("x"), ["status", "--debug"]) == 1
    err = capsys.readouterr().err
    assert f"The traceback is in {tmp_path}" in err
    assert "Traceback (most recent call last)" not in err


def test_an_abort_of_typer_is_ctrl_c() -> None:
    assert outcome_of(Abort(), "x").exit_code == 130
