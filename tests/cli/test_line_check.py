"""Command lines looked at by the real parser, without being run."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsctl.cli import line_check
from opsctl.runbook import command_lines


@pytest.mark.parametrize(
    "line",
    [
        "status --env prod",
        "history",
        "history show last",
        "secrets rotate hf --check",
        "scale count 5 -n",
        "sandbox down",
    ],
)
def test_what_could_be_run_is_well_and_is_not_run(line: str) -> None:
    assert line_check.problem(line.split()) == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("dance", "No such command 'dance'"),
        ("scale dance", "No such command 'dance'"),
        ("status --loud", "No such option: --loud"),
        ("status now", "unexpected extra argument"),
        ("scale", "needs another word"),
        ("undo", "Missing argument"),
        ("scale count many", "'many' is not a valid int"),
        ("scale count N", "'N' is not a valid int"),
        ("incident start x", "Missing option '--severity'"),
        ("restart --timeout soon", "soon"),
    ],
)
def test_what_could_not_is_told_in_the_parsers_words(line: str, said: str) -> None:
    assert said in line_check.problem(line.split())


def test_nothing_at_all_is_the_menu() -> None:
    assert line_check.problem([]) == ""


def test_the_form_of_what_is_yet_to_be_said_does_not_count() -> None:
    open_ = command_lines.is_open
    assert line_check.problem(["scale", "count", "COUNT"], open_) == ""
    assert line_check.problem(["scale", "bounds", "--min", "MIN", "--max", "8"], open_) == ""
    assert line_check.problem(["scale", "count", "COUNT", "--loud"], open_)
    assert line_check.problem(["scale", "bounds", "--min", "MIN", "--max", "many"], open_) == ""


def test_the_options_of_a_command_are_known_without_running_it() -> None:
    assert line_check.takes(["deploy", "1.3.0"], "--reason")
    assert line_check.takes(["secrets", "rotate", "hf"], "--dry-run")
    assert not line_check.takes(["status"], "--reason")
    assert not line_check.takes(["history", "show", "last"], "--dry-run")


@pytest.mark.parametrize("line", ["deploy --help", "undo -h", "status --env prod --help"])
def test_a_line_that_asks_for_help_is_well_and_says_nothing_yet(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert line_check.problem(line.split()) == ""
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("option", ["--install-completion", "--show-completion", "--version"])
def test_what_acts_while_it_is_parsed_is_not_parsed(
    option: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert line_check.problem([option]) == f"{option} is no command."
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "line",
    [
        "scale count 0 --confirm image-caption-gen-service-prod",
        "scale count 0 --confirm=image-caption-gen-service-prod",
        "scale count COUNT --yes",
        "restart -y",
        "restart -ny",
        "restart -yeprod",
        "restart --reason -- --yes",
        "rollback --emergency --reason urgent",
        "rollback --config other.toml",
        "rollback --config=other.toml",
        "checklist deploy TAG --said notified",
        "checklist deploy TAG --not-applicable tests=no",
        "alarms silence --",
        "restart -eprod",
        "",
    ],
)
def test_no_file_agrees_lifts_a_guard_or_chooses_another_configuration(line: str) -> None:
    assert line_check.forbidden(line.split())


@pytest.mark.parametrize(
    "line", ["restart -n -e prod", "logs tail --since 5m", "deploy TAG -o json"]
)
def test_what_a_line_may_say_it_says(line: str) -> None:
    assert line_check.forbidden(line.split()) == ""
