"""Completion of live values: quick, silent, never a user, and no heavier than it was for words."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from opsctl.cli import completion, runbook, sandbox
from opsctl.cli.app import app
from opsctl.cli.completion_memory import Memory
from opsctl.reports import choices
from opsctl.sandbox.breakage import KINDS
from opsctl.targets import load

FOUND = [("12", "image:1.2.0 of 2026"), ("13", ""), ("2", "")]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("STATE", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "xdg"))
    monkeypatch.chdir(tmp_path)
    for name in ("OPSCTL_ENV", "OPSCTL_CONFIG", "COMP_WORDS", "COMP_CWORD"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def remember(kind: str, found: list[tuple[str, str]] | None, env: str = "local") -> None:
    Memory(kind, load().resolve(env), os.environ).keep(found)


def context(**params: Any) -> typer.Context:
    made = typer.Context(get_command(app))
    made.params = params
    return made


def bash(line: str, cursor: int | None = None) -> subprocess.CompletedProcess[str]:
    """What bash gets for a line; `cursor` is the word that is being typed, the last one if not."""
    words = {"COMP_WORDS": line, "COMP_CWORD": str(cursor or len(line.split(" ")) - 1)}
    return subprocess.run(
        [sys.executable, "-m", "opsctl"],
        env={**os.environ, **words, "_OPSCTL_COMPLETE": "complete_bash"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_what_is_remembered_is_offered_by_its_beginning(home: Path) -> None:
    remember("revisions", FOUND)
    done = bash("opsctl rollback -e local --to 1")
    assert (done.stdout, done.stderr) == ("12\n13\n", "")


def test_the_environment_is_the_one_on_the_line_also_behind_the_cursor(home: Path) -> None:
    (home / "opsctl.toml").write_text(
        '[env.one]\naccount = "123456789012"\nregion = "eu-west-1"\n'
        '[env.two]\naccount = "210987654321"\nregion = "eu-west-1"\n'
    )
    remember("revisions", [("1", "")], "one")
    remember("revisions", [("2", "")], "two")
    assert bash("opsctl rollback -e one --to ").stdout == "1\n"
    assert bash("opsctl rollback --env=two --to ").stdout == "2\n"
    assert bash("opsctl rollback --to 2 -e two", cursor=3).stdout == "2\n"
    assert completion._env_behind({"COMP_WORDS": "opsctl undo -e", "COMP_CWORD": "1"}) is None


def test_a_name_that_a_shell_would_evaluate_or_part_is_not_offered() -> None:
    hostile = ["a b", "$(id)", "`id`", "a:b", "a=b", "a'b", 'a"b', "a\\$(id)", "*", "-n", "é", ""]
    found = completion.fitting([(it, "") for it in [*hostile, "fine-1.0"]], context(), "")
    assert found == [("fine-1.0", "")]
    told = completion.fitting([("fine", "$(id) `id` 'x' \n1.2.0")], context(), "")
    assert told == [("fine", "id id x 1.2.0")]


def test_a_name_that_stands_on_the_line_is_not_offered_again() -> None:
    found = completion.fitting([("a", ""), ("b", "")], context(names=["a"]), "")
    assert found == [("b", "")]


@pytest.mark.parametrize(
    "line", ["opsctl rollback --to ", "opsctl undo ", "opsctl secrets rotate "]
)
def test_without_an_environment_there_is_nothing_and_no_word(line: str, home: Path) -> None:
    done = bash(line)
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("", "", 0)


def test_a_broken_configuration_is_no_word_either(home: Path) -> None:
    (home / "opsctl.toml").write_text("no toml [")
    done = bash("opsctl deploy -e prod ")
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("", "", 0)


def test_a_sandbox_that_is_down_is_silent_and_not_asked_again_at_once(home: Path) -> None:
    done = bash("opsctl deploy -e local ")
    assert (done.stdout.strip(), done.stderr) == ("", "")
    assert Memory("tags", load().resolve("local"), os.environ).recall() == []


def test_nobody_waits_longer_than_two_seconds(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completion, "PATIENCE", 0.3)
    monkeypatch.setattr(sys, "executable", str(_sleeper(home)))
    began = time.monotonic()
    assert completion.of("tags")(context(env="local"), "") == []
    assert time.monotonic() - began < 5


def _sleeper(folder: Path) -> Path:
    """A program in the place of Python that asks at its terminal and does not come back."""
    program = folder / "sleeper"
    program.write_text("#!/bin/sh\necho 'MFA code:' >&2\nsleep 5\n")
    program.chmod(0o700)
    return program


def test_what_lies_in_the_working_folder_is_not_run(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "json.py").write_text("open('was-run', 'w')")
    (home / "opsctl").mkdir()
    (home / "opsctl/__init__.py").write_text("open('was-run', 'w')")
    monkeypatch.setattr(completion, "PATIENCE", 60)
    with pytest.raises(ValueError, match="Expecting value"):
        completion._asked("tags", "local", "")
    assert not (home / "was-run").exists()


def test_the_process_that_asks_has_no_terminal(home: Path) -> None:
    asks = home / "asks"
    asks.write_text(
        "#!/bin/sh\n(: < /dev/tty) 2>/dev/null && echo '[[\"tty\", \"\"]]' || echo '[]'\n"
    )
    asks.chmod(0o700)
    program = (
        f"import sys; sys.executable = {str(asks)!r}; from opsctl.cli import completion\n"
        "print('found', completion._asked('tags', 'local', ''))"
    )
    import paper_terminal

    played = paper_terminal.play(home, program)
    assert "found []" in played.screen, played.screen


def test_what_stays_the_same_is_completed_without_anything() -> None:
    assert completion.among("one", "two")("t") == ["two"]
    assert list(sandbox.KINDS) == list(KINDS)


def test_no_shell_carries_out_what_a_section_is_called(home: Path) -> None:
    # zsh evaluates twice what it is offered, so a backslash before `$(` undoes Typer's own.
    (home / "OURS.md").write_text('## Er \\$(touch it) `touch it` "; touch it\n\n**When** now.\n')
    (home / "opsctl.toml").write_text('runbook = "OURS.md"\n')
    offered = runbook.slugs(context(section=[]), "er")
    assert offered == [("er-touch-it-touch-it--touch-it", "Er touch it touch it touch it")]


def test_sections_of_the_runbook_are_completed_without_an_environment(home: Path) -> None:
    done = bash("opsctl runbook show roll")
    assert done.stdout.split() == ["roll-back-a-release"]
    (home / "OURS.md").write_text("# Ours\n\n## Brew coffee\n\n**When** always.\n")
    (home / "opsctl.toml").write_text('runbook = "OURS.md"\n')
    assert bash("opsctl runbook do b").stdout.split() == ["brew-coffee"]
    (home / "opsctl.toml").write_text("runbook = 7\n")
    broken = bash("opsctl runbook do b")
    assert (broken.stdout.strip(), broken.stderr) == ("", "")


def test_completion_of_live_values_imports_nothing_heavy_where_they_are_known(home: Path) -> None:
    remember("revisions", FOUND)
    heavy = ("boto3", "botocore", "rich", "questionary", "opsctl.cli.wiring")
    source = (
        "import sys, atexit; from opsctl.cli.app import run\n"
        f"atexit.register(lambda: print([it for it in {heavy!r} if it in sys.modules],"
        " file=sys.stderr))\n"
        "run([])"
    )
    words = {"COMP_WORDS": "opsctl rollback -e local --to ", "COMP_CWORD": "5"}
    done = subprocess.run(
        [sys.executable, "-c", source],
        env={**os.environ, **words, "_OPSCTL_COMPLETE": "complete_bash"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr.strip()) == ("12\n13\n2\n", "['opsctl.cli.wiring']")


def parameters() -> list[tuple[str, Any]]:
    from opsctl.cli.app import load as load_command
    from opsctl.cli.registry import COMMANDS

    def below(words: str, command: Any) -> list[tuple[str, Any]]:
        inner = getattr(command, "commands", {})
        own = [(words, it) for it in command.params]
        return own + [it for name in inner for it in below(f"{words} {name}", inner[name])]

    return [it for name in COMMANDS for it in below(name, load_command(name))]


def test_users_are_never_completed() -> None:
    users = [it for words, it in parameters() if it.name in ("user", "user_id", "id", "person")]
    assert users
    assert not [it for it in users if it._custom_shell_complete]
    assert not [kind for kind in choices.KINDS if "user" in kind]


def test_every_kind_is_completed_somewhere() -> None:
    used = {
        cell.cell_contents
        for _, it in parameters()
        for cell in _cells(it._custom_shell_complete)
        if isinstance(cell.cell_contents, str)
    }
    assert set(choices.KINDS) <= used


def _cells(function: Any) -> list[Any]:
    """The variables that a completing function, and those within it, have been made with."""
    found = []
    for cell in getattr(function, "__closure__", None) or ():
        found.append(cell)
        if callable(cell.cell_contents):
            found += _cells(cell.cell_contents)
    return found
