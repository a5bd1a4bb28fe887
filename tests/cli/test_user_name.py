"""Whom a command is about: from the words, or from one line of standard input."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest

from opsctl import errors
from opsctl.cli import user_name
from opsctl.cli.options import Common
from opsctl.terminal import prompts


class Piped(io.StringIO):
    def isatty(self) -> bool:
        return False


class Typed(io.StringIO):
    def isatty(self) -> bool:
        return True


def session(*, can_ask: bool = False, **common: Any) -> Any:
    return SimpleNamespace(screen=SimpleNamespace(can_ask=can_ask), common=Common(**common))


def test_a_word_is_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Piped("bob\n"))
    assert user_name.given(session(), "alice") == "alice"
    assert user_name.given(session(), "") == ""


@pytest.mark.parametrize("word", [None, "-"])
@pytest.mark.parametrize("text", ["alice", "alice\n", "alice\r\n"])
def test_one_line_of_standard_input_is_the_name(
    monkeypatch: pytest.MonkeyPatch, word: str | None, text: str
) -> None:
    monkeypatch.setattr("sys.stdin", Piped(text))
    assert user_name.given(session(), word) == "alice"


@pytest.mark.parametrize("text", ["", "alice\nbob\n", "\n\n"])
def test_no_line_and_several_are_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", Piped(text))
    with pytest.raises(errors.UsageProblem) as raised:
        user_name.given(session(), None)
    assert "alice" not in raised.value.message


def test_at_a_terminal_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Typed())
    monkeypatch.setattr(prompts, "line", lambda screen, words: "alice")
    assert user_name.given(session(can_ask=True), None) == "alice"


@pytest.mark.parametrize("words", [{"can_ask": False}, {"can_ask": True, "no_input": True}])
def test_where_nobody_can_type_it_the_flag_is_named(
    monkeypatch: pytest.MonkeyPatch, words: dict[str, Any]
) -> None:
    monkeypatch.setattr("sys.stdin", Typed())
    with pytest.raises(errors.NeedsAnswer):
        user_name.given(session(**words), None)
