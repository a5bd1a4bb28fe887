"""`opsctl alarms`: words into requests."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from asked import Asked

from opsctl.cli.alarms import until
from opsctl.errors import UsageProblem
from opsctl.plan import Danger

NOON = datetime(2026, 11, 24, 12, 0, 20, tzinfo=UTC)


def test_silence_asks_for_names_an_end_and_a_rule_of_its_own(asked: Asked) -> None:
    before = datetime.now(UTC)
    asked("alarms", "silence", "cpu-high", "*slow*", "--reason", "load test", "-e", "local")
    name, request, at_least = asked.last
    assert (name, at_least) == ("alarms silence", Danger.MILD)
    assert (request.env, request.names) == ("local", ("cpu-high", "*slow*"))
    assert (request.reason, request.disable_actions) == ("load test", False)
    assert re.fullmatch(r"opsctl-local-\d{8}t\d{4}-[0-9a-f]{6}", request.rule)
    end = datetime.fromisoformat(request.until)
    assert timedelta(minutes=30) <= end - before < timedelta(minutes=31, seconds=5)
    asked("alarms", "silence", "cpu-high", "--disable-actions", "-e", "local")
    assert asked.last[1].disable_actions
    assert asked.last[1].rule != request.rule


@pytest.mark.parametrize(
    ("text", "end"),
    [("30m", "12:31:00"), ("40s", ""), ("1m", "12:02:00"), ("90m40s", "13:31:00")],
)
def test_the_end_is_a_whole_minute_and_never_earlier_than_asked(text: str, end: str) -> None:
    if end:
        assert until(NOON, "--for", text) == f"2026-11-24T{end}+00:00"
    else:
        with pytest.raises(UsageProblem, match="between 1m and 15d"):
            until(NOON, "--for", text)


@pytest.mark.parametrize("text", ["0s", "15d1m", "16d", "soon", "-5m", "", "10"])
def test_a_length_that_no_silence_can_have_is_refused(asked: Asked, text: str) -> None:
    assert asked("alarms", "silence", "cpu-high", f"--for={text}", "-e", "local") == 2
    assert asked.requests == []


def test_an_empty_name_is_refused_before_anything_is_asked(asked: Asked) -> None:
    assert asked("alarms", "silence", "", "-e", "local") == 2
    assert asked("alarms", "unsilence", " ", "-e", "local") == 2
    assert asked("alarms", "silence", "-e", "local") == 2
    assert asked.requests == []


def test_unsilence_takes_names_or_all_or_what_is_over(asked: Asked) -> None:
    asked("alarms", "unsilence", "cpu-high", "--any", "-e", "local")
    name, request, _ = asked.last
    assert (name, request.names, request.others) == ("alarms unsilence", ("cpu-high",), True)
    asked("alarms", "unsilence", "--all", "-e", "local")
    assert (asked.last[1].names, asked.last[1].expired_at) == (("*",), "")
    asked("alarms", "unsilence", "--expired", "-e", "local")
    assert asked.last[1].names == ()
    assert datetime.fromisoformat(asked.last[1].expired_at).tzinfo


@pytest.mark.parametrize(
    "words", [(), ("cpu-high", "--all"), ("--all", "--expired"), ("cpu-high", "--expired")]
)
def test_unsilence_wants_exactly_one_way_to_say_which(asked: Asked, words: tuple[str, ...]) -> None:
    assert asked("alarms", "unsilence", *words, "-e", "local") == 2
    assert asked.requests == []


def test_list_takes_a_state_that_there_is(asked: Asked) -> None:
    asked("alarms", "list", "--state", "ALARM", "-e", "local")
    assert asked.reports == ["alarms list"]
    assert asked("alarms", "list", "--state", "LOUD", "-e", "local") == 2
