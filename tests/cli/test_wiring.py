"""A command from its words to its exit code, with AWS on paper and everything else real."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def calls(home: Path) -> list[str]:
    """What AWS was asked."""
    paper = home / "calls"
    return paper.read_text().splitlines() if paper.exists() else []


def test_a_report_is_the_answer_on_standard_output(program: Any) -> None:
    ended = program("fake", "answer")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "a line of the answer\n", "")


def test_a_bad_answer_ends_with_30_in_text_and_json(program: Any) -> None:
    assert program("fake", "answer", "--ill").returncode == 30
    ended = program("fake", "answer", "--ill", "-o", "json")
    made = json.loads(ended.stdout)
    assert ended.returncode == 30
    assert (made["status"], made["result"], made["error"]) == ("unhealthy", {"ill": True}, None)


def test_a_run_shows_its_plan_and_says_how_to_undo_it(program: Any, home: Path) -> None:
    ended = program("fake", "run", "2", "--yes")
    assert ended.returncode == 0, ended.stderr
    done, undo, following = ended.stdout.splitlines()
    assert done.startswith("Done in ")
    assert undo.startswith("Undo: opsctl undo ")
    assert following == "Next: opsctl status"
    assert "2. Set 1" in ended.stderr
    assert "2/2 done after" in ended.stderr
    assert calls(home) == ["check_account", "ecs.set(count=0)", "ecs.set(count=1)"]


def test_a_run_off_a_terminal_writes_no_escape_byte(program: Any) -> None:
    ended = program("fake", "run", "2", "--yes", TERM="xterm", FORCE_COLOR="1")
    assert not set(ended.stdout + ended.stderr) & set("\x1b\r")


def test_json_of_a_run_is_one_document_and_the_plan_stays_on_standard_error(program: Any) -> None:
    ended = program("fake", "run", "2", "--yes", "-o", "json")
    made = json.loads(ended.stdout)
    assert made["status"] == "done"
    assert made["run"]
    assert made["target"] == {"env": "local", "account": "123456789012", "region": "us-east-1"}
    assert [step["status"] for step in made["plan"]["steps"]] == ["done", "done"]
    assert made["result"]["count"] == 2
    assert "Steps" in ended.stderr


def test_a_dry_run_answers_with_the_plan_and_changes_nothing(program: Any, home: Path) -> None:
    ended = program("fake", "run", "2", "--dry-run")
    assert ended.returncode == 0
    assert "2. Set 1" in ended.stdout
    assert ended.stdout.endswith("Dry run: nothing was changed.\n")
    assert ended.stderr == ""
    assert calls(home) == ["check_account"]


def test_a_dry_run_with_exit_code_ends_with_31_only_when_something_would_change(
    program: Any,
) -> None:
    assert program("fake", "run", "2", "-n", "--exit-code").returncode == 31
    assert program("fake", "run", "0", "-n", "--exit-code").returncode == 0
    made = json.loads(program("fake", "run", "2", "-n", "--exit-code", "-o", "json").stdout)
    assert (made["status"], made["exit_code"], made["error"]) == ("planned", 31, None)


def test_nothing_to_do_is_success_and_leaves_no_run(program: Any) -> None:
    ended = program("fake", "run", "0", "--yes")
    assert (ended.returncode, ended.stdout) == (
        0,
        "Nothing to do: set 0\nNext: opsctl status\n",
    )
    assert json.loads(program("fake", "run", "0", "-y", "-o", "json").stdout)["run"] is None


@pytest.mark.parametrize(
    ("words", "flag"),
    [
        (["--danger", "mild"], "Add --yes"),
        (["--danger", "moderate"], "Add --yes"),
        (["--danger", "severe"], "Add --confirm NAME"),
        (["--danger", "severe", "--yes"], "Add --confirm NAME"),
        (["--danger", "mild", "--no-input"], "Add --yes"),
    ],
)
def test_without_a_terminal_it_is_refused_before_aws_is_asked(
    words: list[str], flag: str, program: Any, home: Path
) -> None:
    ended = program("fake", "run", *words)
    assert ended.returncode == 15
    assert flag in ended.stderr
    assert "Nothing was changed." in ended.stderr
    assert calls(home) == []


def test_the_name_of_something_else_confirms_nothing(program: Any, home: Path) -> None:
    ended = program("fake", "run", "--danger", "severe", "--confirm", "other", "-e", "local")
    assert ended.returncode == 13
    assert calls(home) == ["check_account"]
    ended = program("fake", "run", "--danger", "severe", "--confirm", "service", "-e", "local")
    assert ended.returncode == 0


def test_an_environment_that_does_not_exist_is_usage(program: Any) -> None:
    ended = program("fake", "run", "-e", "nowhere", "-o", "json")
    assert ended.returncode == 2
    assert json.loads(ended.stdout)["target"] is None


def test_debug_keeps_the_traceback_of_a_bug_in_a_private_file(program: Any, home: Path) -> None:
    ended = program("fake", "end", "Bug", "--debug")
    assert ended.returncode == 1
    assert "Traceback (most" not in ended.stderr
    (kept,) = (home / "state" / "opsctl" / "crashes").iterdir()
    assert str(kept) in ended.stderr
    assert "RuntimeError: unforeseen" in kept.read_text()


def test_debug_keeps_the_traceback_of_a_procedure_too(program: Any, home: Path) -> None:
    words = ["fake", "run", "--danger", "severe", "--confirm", "other", "-e", "local", "--debug"]
    assert program(*words).returncode == 13
    (kept,) = (home / "state" / "opsctl" / "crashes").iterdir()
    assert "Forbidden" in kept.read_text()


def test_a_reader_that_stops_reading_ends_it_quietly(program: Any, home: Path) -> None:
    program("fake", "answer")
    line = f"{sys.executable} fake_main.py fake answer --lines 100000 | head -1; "
    made = subprocess.run(
        ["bash", "-c", line + "exit ${PIPESTATUS[0]}"],
        cwd=home,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "OPSCTL_ENV": "local", "HOME": str(home)},
    )
    assert (made.returncode, made.stdout, made.stderr) == (0, "a line of the answer\n", "")
