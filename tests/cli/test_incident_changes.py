"""Words for an incident, typed or from standard input."""

from __future__ import annotations

import io

import pytest

from opsctl.cli import incident_changes
from opsctl.errors import UsageProblem
from opsctl.journal.incidents import LONGEST


def test_typed_words_are_taken_as_they_are() -> None:
    assert incident_changes.words("a -") == "a -"


def test_a_hyphen_stands_for_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("two\nlines\n"))
    assert incident_changes.words("-") == "two\nlines\n"


def test_an_endless_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("x" * (LONGEST + 1)))
    with pytest.raises(UsageProblem, match="more than"):
        incident_changes.words("-")
