"""`opsctl restart`: words into a request."""

from __future__ import annotations

from asked import Asked

from opsctl.plan import Danger
from opsctl.procedures.restart import Request


def test_it_needs_nothing_but_where(asked: Asked) -> None:
    assert asked("restart", "-e", "local") == 0
    assert asked.last == ("restart", Request("local", 1200.0), Danger.MILD)


def test_a_word_too_many_is_a_usage_error(asked: Asked) -> None:
    assert asked("restart", "now", "-e", "local") == 2
