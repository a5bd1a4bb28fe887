"""Single keys: read as they are typed, and the terminal is as before afterwards."""

from __future__ import annotations

import os
import pty
import termios
from collections.abc import Iterator
from typing import TextIO

import pytest

from opsctl.terminal.keys import Keys


@pytest.fixture
def terminal() -> Iterator[tuple[int, TextIO]]:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r") as file:
        yield ours, file
    os.close(ours)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (b"q", "q"),
        (b" ", " "),
        (b"\x1b[A", "up"),
        (b"\x1bOB", "down"),
        (b"\x1b", "escape"),
        (b"\n", "enter"),
        (b"\x04", "q"),
        (b"\x1b[15~", ""),
        ("é".encode(), "é"),
        (b"\xff", ""),
    ],
)
def test_a_key_is_read_without_enter(terminal: tuple[int, TextIO], typed: bytes, key: str) -> None:
    ours, file = terminal
    with Keys(file) as keys:
        os.write(ours, typed)
        assert keys.read(1.0) == key


def test_keys_that_come_at_once_are_read_one_after_the_other(
    terminal: tuple[int, TextIO],
) -> None:
    ours, file = terminal
    with Keys(file) as keys:
        os.write(ours, "p\r\x1b[A\x1b[15~é\x1bq".encode())
        read = [keys.read(1.0) for _ in range(7)]
        assert read == ["p", "enter", "up", "", "é", "escape", "q"]
        assert keys.read(0.01) == ""


def test_no_key_is_an_empty_answer(terminal: tuple[int, TextIO]) -> None:
    with Keys(terminal[1]) as keys:
        assert keys.read(0.01) == ""


def test_the_terminal_is_given_back_as_it_was(terminal: tuple[int, TextIO]) -> None:
    file = terminal[1]
    before = termios.tcgetattr(file)
    with pytest.raises(RuntimeError), Keys(file):
        within = termios.tcgetattr(file)
        assert not within[3] & (termios.ICANON | termios.ECHO)
        assert within[3] & termios.ISIG, "Ctrl-C still means what it means"
        raise RuntimeError
    assert termios.tcgetattr(file) == before
