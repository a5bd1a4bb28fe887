"""JSON lines as people read them."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl.terminal.log_messages import Messages, set_in

LINE: dict[str, Any] = {
    "time": "2026-11-24T03:00:00Z",
    "level": "ERROR",
    "logger": "app",
    "message": "it broke",
    "request_id": "r1",
    "task": "abc",
    "status": 500,
    "path": "/a b",
    "more": {"x": [1]},
}


def _shown(line: dict[str, Any], *, colour: bool = False) -> str:
    return Messages(colour=colour).shown(dict(line), "abc")


def test_level_logger_text_request_and_the_rest() -> None:
    assert _shown(LINE) == 'ERROR   app: it broke [r1] status=500 path="/a b" more={"x":[1]}'


@pytest.mark.parametrize(
    ("level", "code"), [("ERROR", "1;31"), ("warning", "33"), ("DEBUG", "2"), ("fatal", "1;31")]
)
def test_levels_have_colours(level: str, code: str) -> None:
    assert f"\x1b[{code}m{level:<7}\x1b[0m" in _shown({"level": level}, colour=True)


def test_an_ordinary_level_has_none() -> None:
    assert _shown({"level": "INFO", "message": "x"}, colour=True) == "INFO    x"


def test_a_traceback_is_set_in_below() -> None:
    text = _shown({"level": "ERROR", "message": "m", "exception": "Traceback\n  File\nError: x\n"})
    assert text.splitlines() == ["ERROR   m", "    Traceback", "      File", "    Error: x"]


def test_no_value_can_move_the_cursor_or_forge_a_line() -> None:
    line = {"level": "E\x1b[2J", "message": "a\nb\x1b]0;t\x07", "k\r": "v\x9b", "n": ["\u202e"]}
    text = _shown(line)
    assert text.replace("\n    ", "").isprintable()


def test_what_follows_a_line_break_is_set_in() -> None:
    assert set_in("a\n2026-11-24 03:00:00.000 ERROR forged") == (
        "a\n    2026-11-24 03:00:00.000 ERROR forged"
    )
