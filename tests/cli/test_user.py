"""`opsctl user`: words into requests."""

from __future__ import annotations

import pytest
from asked import Asked

from opsctl.plan import Danger
from opsctl.procedures.accounts import Request


@pytest.mark.parametrize("name", ["alice", "alice@example.com"])
def test_disabling_is_moderate_at_least(asked: Asked, name: str) -> None:
    assert asked("user", "disable", name, "-e", "local") == 0
    assert asked.last == ("user disable", Request("local", name), Danger.MODERATE)


def test_sessions_can_be_ended_again(asked: Asked) -> None:
    assert asked("user", "disable", "alice", "--sign-out", "-e", "local") == 0
    assert asked.last[1] == Request("local", "alice", True)


def test_enabling_opens_a_door_and_is_moderate_too(asked: Asked) -> None:
    assert asked("user", "enable", "alice", "-e", "local") == 0
    assert asked.last == ("user enable", Request("local", "alice"), Danger.MODERATE)


def test_nobody_named_is_a_usage_error(asked: Asked) -> None:
    assert asked("user", "disable", "-e", "local") == 2
    assert asked.requests == []
