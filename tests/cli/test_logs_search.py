"""What a search asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from opsctl.cli.logs_search import Words, asked
from opsctl.errors import UsageProblem

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WORDS = Words("boom", "1h", "", most=0, exact=False, task="", container="", within=300.0, raw=False)


def test_it_ends_now_if_nothing_else_was_said() -> None:
    query = asked(WORDS, NOW)
    assert (query.since, query.until) == (NOW - timedelta(hours=1), NOW)


def test_both_ends_can_be_times() -> None:
    query = asked(replace(WORDS, since="2026-11-23T10:00", until="2026-11-23T12:00+01:00"), NOW)
    assert query.until - query.since == timedelta(hours=1)


def test_an_end_before_the_beginning_is_refused() -> None:
    with pytest.raises(UsageProblem, match="not before --until"):
        asked(replace(WORDS, until="2h"), NOW)
