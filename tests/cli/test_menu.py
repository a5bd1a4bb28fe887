"""The menu at a terminal ends in the very command that could have been typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from opsctl.cli import menu
from opsctl.cli.registry import COMMANDS

UP, DOWN, ENTER, CTRL_C = b"\x1b[A", b"\x1b[B", b"\r", b"\x03"
# `fake` comes last, and going up from the first entry leads to the last one.
FAKE = [("What do you want to do?", UP), ("» fake", ENTER)]


def test_alone_at_a_terminal_it_offers_every_command(terminal: Any) -> None:
    played = terminal([], [("What do you want to do?", CTRL_C)], LINES="60")
    assert all(short in played.screen for _, short in COMMANDS.values())


def test_leaving_the_menu_is_130_and_changes_nothing(terminal: Any, home: Path) -> None:
    played = terminal([], [("What do you want to do?", CTRL_C)])
    assert played.code == 130
    assert "Ctrl-C: nothing was changed." in played.screen
    assert "Traceback" not in played.screen
    assert not (home / "calls").exists()


def test_a_choice_is_shown_as_the_command_it_is_and_run(terminal: Any) -> None:
    keys = [*FAKE, ("opsctl fake", DOWN), ("» answer", ENTER)]
    played = terminal([], keys)
    assert "$ opsctl fake answer --env local" in played.screen
    assert "a line of the answer" in played.screen
    assert played.code == 0


def test_what_a_command_requires_is_asked(terminal: Any) -> None:
    keys = [*FAKE, ("» end", ENTER), ("KIND (Which error):", b"NotFound\r")]
    played = terminal([], keys)
    assert "$ opsctl fake end NotFound --env local" in played.screen
    assert played.code == 12


@pytest.mark.parametrize("said", ["y", "n"])
def test_a_change_chosen_in_the_menu_is_confirmed_like_any_other(
    said: str, terminal: Any, home: Path
) -> None:
    keys = [*FAKE, ("opsctl fake", UP), ("» run", ENTER), ("[y/N]", said.encode() + ENTER)]
    played = terminal([], keys)
    assert played.code == (0 if said == "y" else 16)
    assert ("ecs.set" in (home / "calls").read_text()) is (said == "y")


def test_a_command_with_others_below_it_can_be_chosen_by_itself(terminal: Any) -> None:
    rows = list(COMMANDS).index("history")
    keys = [("What do you want to do?", DOWN * rows), ("» history", ENTER), ("by itself", ENTER)]
    played = terminal([], keys)
    assert "$ opsctl history --env local" in played.screen
    assert played.code == 0


def test_a_long_summary_ends_between_words_with_a_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "24")
    titles = menu._titles({"errors": "A high error rate: tasks, targets, who answered them"})
    assert titles == [("errors  A high error rate: tasks, …", "errors")]
