"""The live display: moves while it lasts, leaves one line behind, and gives the cursor back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import paper_terminal
import pytest
from paper_terminal import Played

PROGRAM = """
import sys, time
from opsctl.plan import Call, Do, Progress, Wait
from opsctl.terminal.consent import Answers
from opsctl.terminal.operator import TerminalOperator
from opsctl.terminal.screen import Screen

operator = TerminalOperator(Screen(), Answers(), env="prod", explicit=True)
step = Wait("Wait for [bold]the deployment", Call("deployments", "look"), timeout=60.0)
arn = "arn:aws:ecs:us-east-1:123456789012:task/" + "f" * 120
try:
    operator.step_began(0, 1, step)
    operator.progress(Progress(False, "1 of 3 new \\x1b]0;pwn\\x07tasks", lines=(arn, "[/x] odd")))
    sys.stdin.readline()
    operator.progress(Progress(False, "2 of 3", lines=(arn,), counted=(2, 3)))
    sys.stdin.readline()
    operator.say("Stopping: [red]wait")
    {middle}
    operator.step_ended(0, step, "done")
except KeyboardInterrupt:
    print("interrupted")
finally:
    operator.close()
"""
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
# It goes on when somebody saw what it shows.
SEEN = [("1 of 3", b"\n"), ("2 of 3", b"\n")]
Terminal = Callable[..., Any]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The whole display, at a terminal that can show all of it."""
    out = tmp_path_factory.mktemp("live") / "stdout.txt"
    return paper_terminal.play(out, PROGRAM.replace("{middle}", "pass"), SEEN)


def test_the_display_moves_and_leaves_its_result(played: Played) -> None:
    assert "2 of 3" in played.screen
    assert re.search(r"✓ 1/1 Wait for \[bold\]the deployment \(", played.screen)
    assert played.out == ""


def test_a_fact_gets_its_own_line_once_and_whole(played: Played) -> None:
    assert played.screen.count("f" * 120) == 1
    assert "[/x] odd" in played.screen


def test_the_text_of_others_cannot_act_on_the_terminal(played: Played) -> None:
    assert "\x1b]0;" not in played.screen
    assert "\x07" not in played.screen


def test_the_cursor_comes_back_after_ctrl_c(terminal: Terminal) -> None:
    slow = PROGRAM.replace("{middle}", "time.sleep(20)")
    played = terminal(slow, [*SEEN, ("Stopping", b"\x03")])
    assert played.out == "interrupted\n"
    assert HIDE in played.screen
    assert played.screen.rindex(SHOW) > played.screen.rindex(HIDE)


def test_a_dumb_terminal_gets_lines(terminal: Terminal) -> None:
    played = terminal(PROGRAM.replace("{middle}", "pass"), [("Wait", b"\n\n")], term="dumb")
    assert "\x1b" not in played.screen
    assert "1/1 done after" in played.screen


def test_no_colour_leaves_no_colour_in_the_live_display(terminal: Terminal) -> None:
    played = terminal(PROGRAM.replace("{middle}", "pass"), SEEN, NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", played.screen)


def test_a_file_gets_no_escape_byte_and_no_carriage_return() -> None:
    made = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("{middle}", "pass")],
        capture_output=True,
        input="\n\n",
        text=True,
        timeout=20,
        env={**os.environ, "COLUMNS": "80", "FORCE_COLOR": "1", "TERM": "xterm"},
        check=True,
    )
    assert not set(made.stderr) & set("\x1b\r\x07")
    assert "f" * 120 in made.stderr


def test_rich_is_not_imported_where_nothing_is_live() -> None:
    check = "; import sys; print('rich' in sys.modules)"
    source = (
        "from opsctl.terminal import operator, ending, json_output, plan_screen, prompts" + check
    )
    made = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    assert made.stdout.strip() == "False"
