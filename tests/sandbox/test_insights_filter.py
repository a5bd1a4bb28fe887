"""Conditions of a query."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl.sandbox.insights_filter import any_of
from opsctl.sandbox.insights_words import Malformed, Words

ROW: dict[str, Any] = {"level": "ERROR", "status": 500, "ms": "12.5", "@message": "a timeout, b"}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('level = "ERROR"', True),
        ("level != 'ERROR'", False),
        ("status >= 500 and ms < 13", True),
        ("status = 500.0", True),
        ("status > 500 or level = 'ERROR'", True),
        ("level = 'x' or status = 500 and ms > 100", False),
        ("(level = 'x' or status = 500) and ms > 10", True),
        ("not level = 'x'", True),
        ("@message like /time\\w+/", True),
        ("@message like 'time'", True),
        ("@message not like 'time'", False),
        ("@message =~ /^b/", False),
        ("level in ['INFO', 'ERROR']", True),
        ("status not in [200, 404]", True),
        ("ispresent(status)", True),
        ("ispresent(gone)", False),
        ("isblank(gone)", True),
        ("gone = 'x'", False),
        ("gone > 3", False),
    ],
)
def test_a_condition(text: str, holds: bool) -> None:
    assert any_of(Words(text))(ROW) is holds


@pytest.mark.parametrize(
    "text",
    ["level", "level =", "level = x", "(a = 1", "a like 3", "a in 1", "a like /(/", "a not = 1"],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        any_of(Words(text))
