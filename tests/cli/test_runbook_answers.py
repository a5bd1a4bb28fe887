"""Answers at a terminal: a word or its beginning, and Enter is none."""

from __future__ import annotations

import io

import pytest

from opsctl.cli.runbook_answers import Terminal
from opsctl.errors import Cancelled
from opsctl.runbook.steps import Step
from opsctl.terminal.screen import Screen


class Tty(io.StringIO):
    """A file that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def terminal(typed: str) -> tuple[Terminal, Tty]:
    err = Tty()
    screen = Screen(stdin=Tty(typed), stdout=Tty(), stderr=err, environ={"TERM": "dumb"})
    return Terminal(screen), err


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("run\n", "run"),
        ("r\n", "run"),
        ("SK\n", "skip"),
        ("\n\nst\n", "stop"),
        ("s\nstop\n", "stop"),
        ("y\nyes\nrunning\nr\n", "run"),
    ],
)
def test_an_answer_is_a_word_or_how_it_alone_begins(typed: str, answer: str) -> None:
    operator, err = terminal(typed)
    assert operator.choose("Run it?", ("run", "skip", "stop")) == answer
    assert "Run it? [run/skip/stop]" in err.getvalue()


def test_a_number_is_itself_and_not_the_beginning_of_another() -> None:
    numbers = tuple(str(it) for it in range(1, 13))
    operator, _ = terminal("1\n")
    assert operator.choose("Which one?", numbers) == "1"


def test_the_end_of_input_is_no_answer() -> None:
    operator, _ = terminal("")
    with pytest.raises(Cancelled):
        operator.choose("Run it?", ("run", "stop"))


def test_a_step_is_shown_with_its_command_lines_numbered() -> None:
    operator, err = terminal("")
    operator.show("Step 1 of 2", Step("`opsctl a`, or `opsctl b`: do it", ("opsctl a", "opsctl b")))
    shown = err.getvalue()
    assert "Step 1 of 2\nopsctl a, or opsctl b: do it\n" in shown
    assert "  1  opsctl a\n  2  opsctl b\n" in shown
