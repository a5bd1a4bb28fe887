"""Colour is decided for each stream; asking needs a terminal on both sides."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from opsctl.terminal.blocks import bad
from opsctl.terminal.screen import Screen


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class File(io.StringIO):
    """A stream that says it is not one."""

    encoding = "utf-8"


XTERM = {"TERM": "xterm"}


@pytest.mark.parametrize(
    ("environ", "no_color"),
    [({"TERM": "xterm", "NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), (XTERM, True)],
)
def test_a_terminal_gets_no_escape_byte_when_colours_are_off(
    environ: dict[str, str], no_color: bool
) -> None:
    out = Terminal()
    Screen(stdout=out, stderr=File(), environ=environ, no_color=no_color).out.show(bad("x"))
    assert out.getvalue() == "x\n"


def test_a_terminal_gets_colours() -> None:
    out = Terminal()
    Screen(stdout=out, stderr=File(), environ=XTERM).out.show(bad("x"))
    assert "\x1b[" in out.getvalue()


def test_an_empty_no_color_does_not_count() -> None:
    screen = Screen(stdout=Terminal(), stderr=File(), environ={"TERM": "xterm", "NO_COLOR": ""})
    assert screen.out.colour


def test_a_pipe_gets_no_colours_while_the_terminal_beside_it_does() -> None:
    screen = Screen(stdout=File(), stderr=Terminal(), environ=XTERM)
    assert (screen.out.colour, screen.err.colour) == (False, True)


@pytest.mark.parametrize(
    ("stdin", "stderr", "can"),
    [(Terminal, Terminal, True), (File, Terminal, False), (Terminal, File, False)],
)
def test_asking_needs_a_terminal_to_read_and_to_write(
    stdin: type[io.StringIO], stderr: type[io.StringIO], can: bool
) -> None:
    screen = Screen(stdin=stdin(), stdout=File(), stderr=stderr(), environ=XTERM)
    assert screen.can_ask is can


def test_a_closed_standard_input_cannot_be_asked() -> None:
    with Path(os.devnull).open() as stdin:
        pass
    assert Screen(stdin=stdin, stdout=File(), stderr=Terminal(), environ=XTERM).can_ask is False


def test_a_terminal_without_unicode_gets_question_marks_instead_of_a_crash() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    Screen(stdout=out, stderr=File(), environ=XTERM).out.show("✓ fine")
    assert raw.getvalue() == b"? fine\n"


def test_what_is_waited_for_is_a_line_that_goes_away() -> None:
    err = Terminal()
    screen = Screen(stdout=File(), stderr=err, environ={"TERM": "xterm", "NO_COLOR": "1"})
    screen.waiting("Looking at prod …")
    screen.say("found")
    screen.settle()
    assert err.getvalue() == "Looking at prod …\r\x1b[2Kfound\n"


@pytest.mark.parametrize(("err", "term"), [(File(), "xterm"), (Terminal(), "dumb")])
def test_nothing_comes_and_goes_where_the_cursor_cannot_move(err: io.StringIO, term: str) -> None:
    screen = Screen(stdout=File(), stderr=err, environ={"TERM": term})
    screen.waiting("Looking at prod …")
    screen.settle()
    assert err.getvalue() == ""


def test_a_conversation_that_nobody_hears_any_more_ends_in_silence_and_not_in_an_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        screen = Screen(stdout=File(), stderr=pipe, environ=XTERM)
        screen.say("1/2 done")
        screen.err.show("2/2 done")
        os.dup2(os.open(os.devnull, os.O_WRONLY), writing)
    assert not screen.err.terminal
