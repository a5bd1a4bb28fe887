"""Words as CloudWatch's filter patterns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsctl.aws.log_events import LogEvent
from opsctl.errors import UsageProblem
from opsctl.reports import log_patterns
from opsctl.sandbox.log_patterns import compiled


def _event(message: str) -> LogEvent:
    return LogEvent(0, "s", message)


def test_each_letter_becomes_a_class_of_two() -> None:
    assert log_patterns.any_case("eRR-5 x") == r"%[eE][rR][rR]-5\x20[xX]%"


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=60))
def test_what_cloudwatch_lets_through_holds_the_words_in_any_case(words: str) -> None:
    """Against the sandbox's reading of the patterns, which refuses what CloudWatch refuses."""
    test = compiled(log_patterns.any_case(words))
    for line in (f"before {words} after", words.upper(), words.lower()):
        assert test(line)
        assert log_patterns.holds(words)(_event(line))


@pytest.mark.parametrize("words", ["", "größe", "x" * 300])
def test_what_has_no_pattern_is_looked_at_here(words: str) -> None:
    assert log_patterns.any_case(words) == ""
    assert log_patterns.holds(words)(_event(f"a {words.upper()} b"))


@pytest.mark.parametrize("pattern", ["a\x1b[2J", "a\nb", "half \ud83d", "x" * 1025])
def test_a_hostile_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(UsageProblem):
        log_patterns.checked("PATTERN", pattern)


def test_a_level_stands_for_all_worse_ones_in_every_spelling() -> None:
    assert log_patterns.levels_from("warn") == ("WARNING", "WARN", "ERROR", "CRITICAL", "FATAL")
    with pytest.raises(UsageProblem, match="none of DEBUG"):
        log_patterns.levels_from("loud")


def test_levels_are_looked_for_there_and_here_alike() -> None:
    levels = log_patterns.levels_from("ERROR")
    there, here = compiled(log_patterns.of_levels(levels)), log_patterns.has_level(levels)
    for line, fits in (
        ('{"level": "ERROR"}', True),
        ('{"level": "error"}', True),
        ('{"level": "INFO", "message": "ERROR"}', False),
        ("ERROR", False),
        ("[1]", False),
    ):
        assert there(line) is fits
        assert here(_event(line)) is fits
