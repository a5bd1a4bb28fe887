"""The full screen: drawn, cut at the edges, resized, and gone whatever ends it."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper_terminal import play

PROGRAM = """
import os, signal, sys
from opsctl.terminal.full_screen import Ended, FullScreen
from opsctl.terminal.screen import Screen
try:
    with FullScreen(Screen().out) as screen:
        screen.draw(["first", "\\x1b[1;31mred\\x1b[0m [bold]", "x" * 500] + ["more"] * 100)
        {then}
except Ended as ended:
    sys.exit(ended.code)
print("after")
"""
ENTER, LEAVE, SHOW = "\x1b[?1049h", "\x1b[?1049l", "\x1b[?25h"


def test_what_stood_there_is_there_again(tmp_path: Path) -> None:
    played = play(tmp_path, PROGRAM.format(then="pass"))
    assert played.code == 0
    entered, left = played.screen.index(ENTER), played.screen.rindex(LEAVE)
    assert entered < played.screen.index("first") < left < played.screen.index("after")
    assert played.screen.rindex(SHOW) > entered


def test_what_is_beyond_the_edge_is_cut_and_markup_is_text(tmp_path: Path) -> None:
    played = play(tmp_path, PROGRAM.format(then="pass"))
    assert "[bold]" in played.screen
    assert "x" * 81 not in played.screen
    assert "x" * 79 in played.screen
    assert played.screen.count("more") < 30


@pytest.mark.parametrize(
    ("then", "code"),
    [
        ("os.kill(os.getpid(), signal.SIGTERM)", 143),
        ("os.kill(os.getpid(), signal.SIGHUP)", 129),
        ("raise RuntimeError", 1),
        ("raise KeyboardInterrupt", 130),
    ],
)
def test_whatever_ends_it_the_terminal_is_clean(tmp_path: Path, then: str, code: int) -> None:
    played = play(tmp_path, PROGRAM.format(then=then))
    assert played.code in (code, code - 128 - 2 if code == 130 else code, -2)
    assert LEAVE in played.screen
    assert played.screen.rindex(SHOW) > played.screen.index(ENTER)


def test_colours_are_left_out_where_they_are_not_wanted(tmp_path: Path) -> None:
    played = play(tmp_path, PROGRAM.format(then="pass"), NO_COLOR="1")
    assert "\x1b[1;31m" not in played.screen
    assert "red" in played.screen


def test_the_size_is_that_of_the_terminal_now(tmp_path: Path) -> None:
    then = (
        "import fcntl, struct, termios; "
        "fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 7, 33, 0, 0)); "
        "screen.draw([str(screen.size)])"
    )
    played = play(tmp_path, PROGRAM.format(then=then))
    assert "(33, 7)" in played.screen
