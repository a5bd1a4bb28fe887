"""Command lines looked at by the real parser, without being run."""

from __future__ import annotations

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
