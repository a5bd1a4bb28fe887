"""The program as a whole: help everywhere, errors as codes, one document for JSON, and speed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

from opsctl import __version__, errors
from opsctl.cli.app import app, load, run
from opsctl.cli.registry import COMMANDS

WORDS = [[], *([name] for name in COMMANDS)]
HEAVY = ("boto3", "botocore", "rich", "questionary", "msgspec", "pydantic", "asyncio")


def tree() -> list[list[str]]:
    """The words of every command, groups included."""

    def below(words: list[str], command: Any) -> list[list[str]]:
        inner = getattr(command, "commands", {})
        return [words, *(it for name in inner for it in below([*words, name], inner[name]))]

    return [[], *(words for name in COMMANDS for words in below([name], load(name)))]


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_works_on_every_level_with_an_example(flag: str) -> None:
    for words in tree():
        answer = CliRunner().invoke(app, [*words, flag], prog_name="opsctl")
        assert answer.exit_code == 0, words
        assert answer.output.startswith(f"Usage: {' '.join(['opsctl', *words])} "), words
        assert "Example" in answer.output, words


def test_help_is_plain_and_the_same_at_every_width() -> None:
    for words in tree():
        narrow, wide = (
            CliRunner(env={"COLUMNS": columns, "TERM": "xterm", "FORCE_COLOR": "1"})
            .invoke(app, [*words, "-h"])
            .output
            for columns in ("40", "200")
        )
        assert narrow == wide, words
        assert "\x1b" not in narrow, words
        assert max(map(len, narrow.splitlines())) <= 80, words


def test_no_help_is_cut() -> None:
    for words in tree():
        assert "..." not in CliRunner().invoke(app, [*words, "-h"]).output.replace("[ARGS]...", "")


def test_without_a_word_and_without_a_terminal_it_is_help(program: Any) -> None:
    alone, asked = program(), program("--help")
    assert alone.returncode == 0
    assert alone.stdout == asked.stdout


def test_help_names_every_command_and_imports_none() -> None:
    source = (
        "import sys; from opsctl.cli.app import run; run(['--help']);"
        f"print([it for it in {HEAVY!r} if it in sys.modules],"
        " [it for it in sys.modules if it.startswith('opsctl.cli.')])"
    )
    out = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert out[-1] == "[] ['opsctl.cli.registry', 'opsctl.cli.app']"
    assert all(any(line.startswith(f"  {name} ") for line in out) for name in COMMANDS)


def test_version_is_answered_anywhere(program: Any) -> None:
    assert program("--version").stdout == f"opsctl {__version__}\n"
    answer = CliRunner().invoke(app, ["--version", "status"])
    assert answer.output == f"opsctl {__version__}\n"


@pytest.mark.parametrize("kind", [it for it in errors.documented() if it is not errors.OpsctlError])
def test_every_error_ends_with_its_code_on_standard_error(
    kind: type[errors.OpsctlError], program: Any
) -> None:
    ended = program("fake", "end", kind.__name__)
    assert ended.returncode == kind.code
    assert f"Error: {kind.__name__} happened\nHint:  do this" in ended.stderr
    assert ended.stdout == ""


def test_with_json_an_error_is_one_document_with_its_target(program: Any) -> None:
    ended = program("fake", "end", "Locked", "-o", "json")
    made = json.loads(ended.stdout)
    assert (ended.returncode, made["exit_code"], made["status"]) == (14, 14, "refused")
    assert made["target"]["env"] == "local"
    assert made["command"] == "fake end"


def test_a_bug_is_called_one_without_a_traceback(program: Any) -> None:
    ended = program("fake", "end", "Bug")
    assert ended.returncode == 1
    assert "a bug in opsctl: RuntimeError: unforeseen" in ended.stderr
    assert "--debug" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_bug_with_json_is_one_document(program: Any) -> None:
    assert json.loads(program("fake", "end", "Bug", "-o", "json").stdout)["exit_code"] == 1


def test_ctrl_c_before_anything_is_130(program: Any) -> None:
    ended = program("fake", "end", "CtrlC", "-o", "json")
    assert ended.returncode == 130
    assert json.loads(ended.stdout)["exit_code"] == 130


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stat"], "'stat'. Did you mean 'status'?"),
        (["roll"], "No such command 'roll'"),
        (["--wat"], "No such option: --wat"),
        (["fake", "end"], "Missing argument"),
        (["fake", "end", "NotFound", "--timeout", "10"], "--timeout"),
        (["fake", "ends", "NotFound"], "No such command 'ends'"),
        (["scale"], "needs one of: show, count"),
    ],
)
def test_a_wrong_word_is_usage_in_text_and_json(words: list[str], said: str, program: Any) -> None:
    ended = program(*words)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "--help" in ended.stderr
    assert ended.stdout == ""
    made = json.loads(program(*words, "-o", "json").stdout)
    assert (made["exit_code"], made["status"], made["error"]["kind"]) == (
        2,
        "refused",
        "UsageProblem",
    )


def test_no_subcommand_can_be_abbreviated() -> None:
    for name in COMMANDS:
        if name[:-1] not in COMMANDS:
            assert run([name[:-1]]) == 2


@pytest.mark.parametrize(
    ("shell", "variables"),
    [
        ("bash", {"COMP_WORDS": "opsctl sta", "COMP_CWORD": "1"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "opsctl sta"}),
        ("fish", {"_TYPER_COMPLETE_ARGS": "opsctl sta", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}),
    ],
)
def test_a_shell_completes_a_command(shell: str, variables: dict[str, str]) -> None:
    environ = {**variables, "_OPSCTL_COMPLETE": f"complete_{shell}"}
    answer = CliRunner(env=environ).invoke(app, prog_name="opsctl")
    assert "status" in answer.output
    assert "scale" not in answer.output


def test_a_shell_completes_an_option_of_a_command(program: Any) -> None:
    variables = {
        "COMP_WORDS": "opsctl fake end --dr",
        "COMP_CWORD": "3",
        "_OPSCTL_COMPLETE": "complete_bash",
    }
    assert program(**variables).stdout == "--dry-run\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_of_a_word_imports_nothing_heavy(shell: str) -> None:
    source = (
        "import sys, atexit; from opsctl.cli.app import run\n"
        f"atexit.register(lambda: print([it for it in {HEAVY!r} if it in sys.modules],"
        " file=sys.stderr))\n"
        "run([])"
    )
    made = subprocess.run(
        [sys.executable, "-c", source],
        capture_output=True,
        text=True,
        env={
            "_OPSCTL_COMPLETE": f"complete_{shell}",
            "_TYPER_COMPLETE_ARGS": "opsctl sta",
            "COMP_WORDS": "opsctl sta",
            "COMP_CWORD": "1",
        },
    )
    assert made.stderr.strip() == "[]"
