"""A new value: typed unseen or read, shown back only as much as tells it apart."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from opsctl import errors
from opsctl.cli import secret_value
from opsctl.cli.options import Common
from opsctl.cli.wiring import Session
from opsctl.terminal import prompts


class Talk(SimpleNamespace):
    """What a session says, and whether somebody is there."""

    def say(self, text: str) -> None:
        self.said.append(text)


def session(*, can_ask: bool = False, **common: Any) -> Any:
    return Talk(screen=SimpleNamespace(can_ask=can_ask), common=Common(**common), said=[])


def read(talk: Any, source: str) -> str:
    return secret_value.read(cast(Session, talk), source, "hf")


def file(folder: Path, content: bytes, mode: int = 0o600) -> str:
    path = folder / "value"
    path.write_bytes(content)
    path.chmod(mode)
    return str(path)


def test_a_file_ends_in_one_line_break_that_is_not_of_the_value(tmp_path: Path) -> None:
    talk = session()
    assert read(talk, file(tmp_path, b"hf_long_enough_value\r\n")) == "hf_long_enough_value"
    assert talk.said == ["New value of hf: 20 characters."]


def test_standard_input_is_a_file_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("hf_piped"))
    assert read(session(), "-") == "hf_piped"


def test_at_a_terminal_the_ending_is_shown_unless_that_tells_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hidden: list[bool] = []

    def line(screen: Any, words: str, *, hidden: bool = False) -> str:
        asked.append(hidden)
        return answers.pop()

    asked = hidden
    answers = ["hf_short_one", "hf_long_enough_value"]
    monkeypatch.setattr(prompts, "line", line)
    talk = session(can_ask=True)
    assert read(talk, "") == "hf_long_enough_value"
    assert read(talk, "") == "hf_short_one"
    assert asked == [True, True]
    assert talk.said == [
        "New value of hf: 20 characters, ending in alue.",
        "New value of hf: 12 characters.",
    ]


def test_nobody_to_ask_names_the_flag() -> None:
    for talk in (session(), session(can_ask=True, no_input=True)):
        with pytest.raises(errors.NeedsAnswer) as raised:
            read(talk, "")
        assert "--value-from" in raised.value.hint


@pytest.mark.parametrize("content", [b"", b"\n", b"two words", b"two\nlines\n", b"a\x1b[0mb"])
def test_what_no_key_looks_like_is_refused_without_being_shown(
    tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(errors.UsageProblem) as raised:
        read(session(), file(tmp_path, content))
    assert "two" not in str(raised.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(errors.UsageProblem, match="cannot be read"):
        read(session(), str(tmp_path / "none"))
    with pytest.raises(errors.UsageProblem, match="not text"):
        read(session(), file(tmp_path, b"\xff\xfe\xfa"))


def test_a_file_that_others_can_read_is_remarked_on(tmp_path: Path) -> None:
    talk = session()
    read(talk, file(tmp_path, b"hf_value", 0o644))
    assert "chmod 600" in talk.said[0]
