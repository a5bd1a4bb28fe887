"""Which lines a filter pattern lets through."""

from __future__ import annotations

import pytest

from opsctl.sandbox.log_patterns import compiled

LINES = (
    '{"level": "ERROR", "status": 500, "message": "cannot read image"}',
    '{"level": "INFO", "status": 200, "message": "GET / 200"}',
    "plain ERROR: out of memory",
    "plain error at line 7",
)


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("", (0, 1, 2, 3)),
        ("ERROR", (0, 2)),
        ("ERROR memory", (2,)),
        ('"out of memory"', (2,)),
        ("?memory ?image", (0, 2)),
        ("ERROR ?nothing", (0, 2)),
        ("ERROR -memory", (0,)),
        ("-ERROR", (1, 3)),
        ("%[eE][rR][rR][oO][rR]%", (0, 2, 3)),
        (r"%line\x20\d%", (3,)),
        ('{ $.level = "ERROR" }', (0,)),
        ("{ $.status >= 500 }", (0,)),
        ('{ $.level = "INFO" || $.status = 500 }', (0, 1)),
        ('{ $.level = "E*" && $.status < 600 }', (0,)),
    ],
)
def test_a_pattern_lets_through(pattern: str, fits: tuple[int, ...]) -> None:
    test = compiled(pattern)
    assert tuple(at for at, line in enumerate(LINES) if test(line)) == fits


@pytest.mark.parametrize(
    "pattern",
    ["what!", "%a(b)%", "%é%", "%open[%", '"open', "[ip, user]", "{ $.level = ", "a" * 1025],
)
def test_a_pattern_that_aws_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError):
        compiled(pattern)
