"""`opsctl logs`: words into what is asked."""

from __future__ import annotations

from typing import Any

import pytest
from asked import Asked

from opsctl.cli import logs_search, logs_tail


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What each command would have done with its words."""
    found: list[Any] = []
    for module in (logs_tail, logs_search):
        monkeypatch.setattr(module, "run", lambda _, words: found.append(words))
    return found


def test_a_tail_follows_with_some_history(asked: Asked, words: list[Any]) -> None:
    assert asked("logs", "tail", "-e", "local") == 0
    assert (words[0].since, words[0].follow, words[0].live) == ("10m", True, False)


def test_the_previous_task_is_shown_whole_and_not_followed(asked: Asked, words: list[Any]) -> None:
    assert asked("logs", "tail", "--previous", "-e", "local") == 0
    assert (words[0].since, words[0].follow) == ("", False)


def test_n_does_not_follow(asked: Asked, words: list[Any]) -> None:
    assert asked("logs", "tail", "-n", "--task", "ab12", "--level", "error", "-e", "local") == 0
    assert (words[0].follow, words[0].task, words[0].level) == (False, "ab12", "error")


def test_a_search_has_a_pattern_and_a_time(asked: Asked, words: list[Any]) -> None:
    assert asked("logs", "search", "boom", "--since", "2h", "--max", "5", "-e", "local") == 0
    assert (words[0].pattern, words[0].since, words[0].most) == ("boom", "2h", 5)
    assert words[0].within == 300


def test_ctrl_c_ends_a_tail_without_a_word(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(logs_tail, "run", interrupted)
    assert asked("logs", "tail", "-e", "local") == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "words",
    [
        ["search"],
        ["search", "x", "--since", "soon"],
        ["search", "x", "--since", "1h", "--until", "2h"],
        ["search", "x", "--until", "2999-01-01"],
        ["search", "x", "--max", "-1"],
        ["search", "x", "--within", "3"],
        ["search", "a\x1bb"],
        ["search", "x", "--task", "../x"],
        ["search", "x", "--raw", "-o", "json"],
        ["tail", "--level", "loud"],
        ["tail", "--previous", "--task", "ab"],
        ["tail", "--live", "-n"],
        ["tail", "--filter", "a\nb"],
        ["query", "erors"],
        ["query", "fields a", "--csv", "-o", "json"],
        ["query", "fields a", "--max", "0"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_refused_before_aws_is_asked(asked: Asked, words: list[str]) -> None:
    assert asked("logs", *words, "-e", "local") == 2
