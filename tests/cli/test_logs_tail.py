"""What a tail asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from opsctl.aws.log_events import LogEvent
from opsctl.cli.logs_tail import EPOCH, Words, asked
from opsctl.errors import UsageProblem

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WORDS = Words("10m", "", "", "", "", previous=False, follow=True, live=False, raw=False)


def test_history_goes_back_as_far_as_was_said() -> None:
    assert asked(WORDS, NOW).since == NOW - timedelta(minutes=10)
    assert asked(replace(WORDS, since=""), NOW).since == EPOCH


def test_a_level_is_a_pattern_of_its_own() -> None:
    ask = asked(replace(WORDS, level="error"), NOW)
    assert '$.level = "ERROR"' in ask.pattern
    assert ask.test
    assert ask.test(LogEvent(0, "s", '{"level": "CRITICAL"}'))


def test_a_level_beside_a_filter_is_looked_at_here() -> None:
    ask = asked(replace(WORDS, level="error", pattern="boom"), NOW)
    assert ask.pattern == "boom"
    assert ask.test
    assert not ask.test(LogEvent(0, "s", '{"level": "INFO"}'))


def test_a_live_tail_follows() -> None:
    with pytest.raises(UsageProblem):
        asked(replace(WORDS, live=True, follow=False), NOW)
