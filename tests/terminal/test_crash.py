"""A traceback is kept where only its owner can read it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from opsctl.terminal.crash import keep


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    try:
        _fail("-".join(["a", "secret"]))
    except ValueError as error:
        return keep(error)
    raise AssertionError


def _fail(value: str) -> None:
    raise ValueError(f"something unforeseen of {len(value)} letters")


def test_the_file_and_its_folder_are_private(kept: Path) -> None:
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_the_file_lies_with_the_state(kept: Path, tmp_path: Path) -> None:
    assert kept.is_relative_to(tmp_path / "opsctl")


def test_the_file_holds_the_traceback_and_no_values_of_variables(kept: Path) -> None:
    text = kept.read_text()
    assert "ValueError: something unforeseen of 8 letters" in text
    assert "Traceback" in text
    assert "a-secret" not in text
