"""Text from elsewhere cannot act on the terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from opsctl.terminal.text import clean, one_line


def test_an_escape_sequence_in_a_log_line_is_only_letters() -> None:
    assert clean("[/tmp/x] \x1b]0;pwn\x07") == "[/tmp/x] ]0;pwn"


def test_an_eight_bit_control_sequence_is_stripped_too() -> None:
    assert clean("a\x9b31mb\x85c") == "a31mbc"


def test_marks_that_turn_the_writing_around_are_stripped() -> None:
    assert clean("user‮nimda") == "usernimda"


def test_line_breaks_and_tabs_stay_in_a_text() -> None:
    assert clean("a\tb\nc\r\n") == "a\tb\nc\n"


def test_a_value_with_a_line_break_stays_on_its_line() -> None:
    assert one_line("prod\nEnvironment: test") == "prod Environment: test"


@given(st.text())
def test_nothing_is_left_that_a_terminal_would_obey(anything: str) -> None:
    left = clean(anything)
    assert not any(ord(it) < 0x20 or 0x7F <= ord(it) < 0xA0 for it in left if it not in "\t\n")


@given(st.text())
def test_what_is_left_can_always_be_written(anything: str) -> None:
    assert clean(anything).encode("utf-8").decode("utf-8") == clean(anything)
