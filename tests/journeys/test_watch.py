"""The live screen in a real terminal: drawn, paused, a log opened, resized, and gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper_terminal import Played, play
from running import RunningSandbox

pytestmark = pytest.mark.journey
LEAVE, SHOW = "\x1b[?1049l", "\x1b[?25h"
PROGRAM = """
import sys
from opsctl.__main__ import main
sys.argv = ["opsctl", "watch", "-e", "local", "--every", "2s"]
main()
"""


def watched(sandbox: RunningSandbox, folder: Path, *keys: tuple[str, bytes | None]) -> Played:
    return play(folder, PROGRAM, keys, folder=folder, **sandbox.environ)


def test_keys_pause_it_open_a_log_and_end_it(steady: RunningSandbox, tmp_path: Path) -> None:
    played = watched(
        steady,
        tmp_path,
        ("HEALTHY healthy", b"p"),
        ("PAUSED", b"p"),
        ("p pause", b"\r"),
        ("esc back", b"\x1b"),
        ("enter log", b"q"),
    )
    assert played.code == 0
    assert "Log of task" in played.screen
    assert LEAVE in played.screen
    assert played.screen.rindex(SHOW) > played.screen.index("HEALTHY")


def test_ctrl_c_ends_it_quietly(steady: RunningSandbox, tmp_path: Path) -> None:
    played = watched(steady, tmp_path, ("AWS calls/min", b"\x03"))
    assert played.code == 0
    assert played.screen.endswith((LEAVE, f"{LEAVE}\r\n", SHOW))
