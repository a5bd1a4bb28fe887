"""The words of a query, and where one is wrong."""

from __future__ import annotations

import pytest

from opsctl.sandbox.insights_words import Malformed, Words


def test_words_have_kinds() -> None:
    words = Words("fields @a.b, `c d` # note\n| x >= -1.5 'it\\'s' /a\\/b/ 5m")
    found = []
    while words.ahead.kind != "end":
        word = words.take()
        found.append((word.kind, word.value))
    assert found == [
        ("name", "fields"),
        ("name", "@a.b"),
        ("sign", ","),
        ("name", "`c d`"),
        ("sign", "|"),
        ("name", "x"),
        ("sign", ">="),
        ("number", "-1.5"),
        ("text", "it's"),
        ("regex", "a/b"),
        ("name", "5m"),
    ]


def test_a_symbol_that_there_is_not_is_told_with_its_place() -> None:
    with pytest.raises(Malformed) as caught:
        Words("fields a ~ b")
    assert (caught.value.start, caught.value.end) == (9, 9)


def test_the_end_is_told_as_such() -> None:
    with pytest.raises(Malformed, match="unexpected the end, a number expected"):
        Words("").number()
