"""Questions at a real terminal: a pty in, a pty for standard error, standard output a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

YES_NO = """
from opsctl import errors
from opsctl.terminal import prompts
from opsctl.terminal.screen import Screen
try:
    print(prompts.agrees(Screen(), "Restart prod?"))
except errors.Cancelled as error:
    print("cancelled:", error)
except KeyboardInterrupt:
    print("interrupted")
"""
LINE = YES_NO.replace('agrees(Screen(), "Restart prod?")', 'line(Screen(), "Type prod:")')
HIDDEN = YES_NO.replace('agrees(Screen(), "Restart prod?")', 'line(Screen(), "Code:", hidden=True)')
CHOICE = YES_NO.replace(
    'agrees(Screen(), "Restart prod?")',
    'choice(Screen(), "What?", [("status  one screen", "status"), ("deploy  new", "deploy")])',
)
ASKED = """
from opsctl.terminal import prompts
from opsctl.terminal.screen import Screen
screen = Screen()
answer = prompts.agrees(screen, "Restart prod?")
print(answer and screen.asked > 0.25)
"""
TERMS = ["xterm", "dumb"]


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (b"\r", "False"),
        (b"n\r", "False"),
        (b"nay\r", "False"),
        (b"not really\r", "False"),
        (b"y\r", "True"),
        (b"YES\r", "True"),
    ],
)
def test_only_a_whole_yes_is_a_yes(
    terminal: Callable[..., Any], term: str, typed: bytes, answer: str
) -> None:
    typed = typed.replace(b"\r", b"\n") if term == "dumb" else typed
    played = terminal(YES_NO, [("Restart prod?", typed)], term=term)
    assert played.out.strip() == answer
    assert "Restart prod?" in played.screen


@pytest.mark.parametrize("term", TERMS)
def test_how_long_somebody_thought_is_known(terminal: Callable[..., Any], term: str) -> None:
    # The paper terminal thinks for 0.3 s.
    typed = b"y\n" if term == "dumb" else b"y\r"
    played = terminal(ASKED, [("Restart prod?", typed)], term=term)
    assert played.out.strip() == "True"


@pytest.mark.parametrize("term", TERMS)
def test_ctrl_c_interrupts_and_leaves_no_word_on_standard_output(
    terminal: Callable[..., Any], term: str
) -> None:
    played = terminal(YES_NO, [("Restart prod?", b"\x03")], term=term)
    assert played.out == "interrupted\n"


@pytest.mark.parametrize("term", TERMS)
def test_ctrl_d_is_no_answer(terminal: Callable[..., Any], term: str) -> None:
    played = terminal(YES_NO, [("Restart prod?", b"\x04")], term=term)
    assert played.out == "cancelled: The input ended before an answer came.\n"


@pytest.mark.parametrize("term", TERMS)
def test_a_terminal_that_hangs_up_is_no_answer(terminal: Callable[..., Any], term: str) -> None:
    played = terminal(YES_NO, [("Restart prod?", None)], term=term)
    assert "True" not in played.out


@pytest.mark.parametrize("term", TERMS)
def test_what_was_typed_before_the_question_is_no_answer_to_it(
    terminal: Callable[..., Any], term: str
) -> None:
    slow = (
        "import sys, time; sys.stderr.write('wait'); sys.stderr.flush(); time.sleep(1.2)\n" + YES_NO
    )
    played = terminal(slow, [("wait", b"y\n"), ("Restart prod?", b"\x03")], term=term)
    assert played.out == "interrupted\n"


@pytest.mark.parametrize("term", TERMS)
def test_a_name_is_typed(terminal: Callable[..., Any], term: str) -> None:
    played = terminal(
        LINE, [("Type prod:", b" prod \n" if term == "dumb" else b" prod \r")], term=term
    )
    assert played.out == "prod\n"


def test_a_code_is_typed_unseen(terminal: Callable[..., Any]) -> None:
    played = terminal(HIDDEN, [("Code:", b"123456\r")])
    assert played.out == "123456\n"
    assert "123456" not in played.screen


def test_a_dumb_terminal_gets_no_escape_byte(terminal: Callable[..., Any]) -> None:
    played = terminal(YES_NO, [("Restart prod?", b"n\n")], term="dumb")
    assert "\x1b" not in played.screen


def test_a_menu_is_walked_with_the_arrow_keys(terminal: Callable[..., Any]) -> None:
    played = terminal(CHOICE, [("deploy  new", b"\x1b[B"), ("deploy", b"\r")])
    assert played.out == "deploy\n"
