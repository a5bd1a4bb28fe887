"""Questions at a real terminal: a pty in, a pty for standard error, standard output a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import paper_terminal
import pytest
from paper_terminal import Played

PROGRAM = """
import itertools
from types import SimpleNamespace
from opsctl import errors
from opsctl.terminal import prompts
from opsctl.terminal.screen import Screen
screen, ticks = Screen(), itertools.count()
prompts.time = SimpleNamespace(monotonic=lambda: next(ticks))
def ask(question, words, *more, **options):
    try:
        answer = question(screen, words, *more, **options)
    except errors.Cancelled as error:
        answer = f"cancelled: {error}"
    except KeyboardInterrupt:
        answer = "interrupted"
    print(answer, screen.asked, sep=" | ", flush=True)
"""
ASK = """
for number in range(8):
    ask(prompts.agrees, f"Restart prod-{number}?")
ask(prompts.line, "Type prod:")
if screen.err.live:
    ask(prompts.line, "Code:", hidden=True)
    ask(prompts.choice, "What?", [("status  one screen", "status"), ("deploy  new", "deploy")])
ask(prompts.agrees, "Restart at last?")
"""
TYPED = ["\r", "n\r", "nay\r", "not really\r", "y\r", "YES\r", "\x03", "\x04"]
TERMS = ["xterm", "dumb"]
DOWN = b"\x1b[B"


@pytest.fixture(scope="module", params=TERMS)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Every question answered in turn, at either kind of terminal, which hangs up in the end."""
    typed = [(f"Restart prod-{number}?", it.encode()) for number, it in enumerate(TYPED)]
    keys: list[tuple[str, bytes | None]] = [*typed, ("Type prod:", b" prod \r")]
    if request.param == "dumb":
        keys = [(words, it and it.replace(b"\r", b"\n")) for words, it in keys]
    else:
        keys += [("Code:", b"123456\r"), ("deploy  new", DOWN), ("deploy", b"\r")]
    keys.append(("Restart at last?", None))
    out = tmp_path_factory.mktemp(request.param) / "stdout.txt"
    return paper_terminal.play(out, PROGRAM + ASK, keys, term=request.param)


def answers(played: Played) -> list[str]:
    return [line.partition(" | ")[0] for line in played.out.splitlines()]


def test_only_a_whole_yes_is_a_yes(played: Played) -> None:
    assert answers(played)[:6] == ["False", "False", "False", "False", "True", "True"]
    assert "Restart prod-0?" in played.screen


def test_how_long_somebody_thought_is_known(played: Played) -> None:
    # By the clock of the program, each question takes one second.
    asked = [line.partition(" | ")[2] for line in played.out.splitlines()]
    assert asked[:8] == ["1.0", "2.0", "3.0", "4.0", "5.0", "6.0", "7.0", "8.0"]


def test_ctrl_c_interrupts_and_leaves_no_word_on_standard_output(played: Played) -> None:
    assert played.out.splitlines()[6] == "interrupted | 7.0"


def test_ctrl_d_is_no_answer(played: Played) -> None:
    assert answers(played)[7] == "cancelled: The input ended before an answer came."


def test_a_terminal_that_hangs_up_is_no_answer(played: Played) -> None:
    assert "Restart at last?" in played.screen
    assert answers(played).count("True") == 2


def test_a_name_is_typed(played: Played) -> None:
    assert answers(played)[8] == "prod"


@pytest.mark.parametrize("played", ["xterm"], indirect=True)
def test_a_code_is_typed_unseen(played: Played) -> None:
    assert answers(played)[9] == "123456"
    assert "123456" not in played.screen


@pytest.mark.parametrize("played", ["xterm"], indirect=True)
def test_a_menu_is_walked_with_the_arrow_keys(played: Played) -> None:
    assert answers(played)[10] == "deploy"


@pytest.mark.parametrize("played", ["dumb"], indirect=True)
def test_a_dumb_terminal_gets_no_escape_byte(played: Played) -> None:
    assert "\x1b" not in played.screen


@pytest.mark.parametrize("term", TERMS)
def test_what_was_typed_before_the_question_is_no_answer_to_it(
    terminal: Callable[..., Any], term: str
) -> None:
    # It goes on when the line was typed, and lies there to be read.
    early = "import select, sys; sys.stderr.write('wait'); sys.stderr.flush()\n"
    early += "select.select([sys.stdin], [], [])\n"
    program = early + PROGRAM + "ask(prompts.agrees, 'Restart prod?')"
    played = terminal(program, [("wait", b"y\n"), ("Restart prod?", b"\x03")], term=term)
    assert played.out == "interrupted | 1.0\n"
