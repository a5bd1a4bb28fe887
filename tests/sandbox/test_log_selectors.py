"""Selectors for JSON lines."""

from __future__ import annotations

import pytest

from opsctl.sandbox.log_selectors import compiled

LINE = '{"a": {"b": [1, {"c": "x y"}]}, "n": 2.5, "none": null, "yes": true, "ip": "10.0.0.7"}'


@pytest.mark.parametrize(
    ("pattern", "holds"),
    [
        ("{ $.a.b[0] = 1 }", True),
        ('{ $.a.b[1].c = "x y" }', True),
        ("{ $.n > 2 && $.n <= 2.5 }", True),
        ("{ $.none IS NULL }", True),
        ("{ $.yes IS TRUE }", True),
        ("{ $.yes IS FALSE }", False),
        ("{ $.gone NOT EXISTS }", True),
        ("{ $.n NOT EXISTS }", False),
        ("{ $.gone != 1 }", False),
        ("{ $.n != 1 }", True),
        ("{ $.ip = 10.0.* }", True),
        (r"{ $.ip = %^10\.0% }", True),
        ("{ ($.n = 1 || $.n = 2.5) && $.yes IS TRUE }", True),
        ("{ $.n = 2.5 || $.n = 1 && $.yes IS FALSE }", True),
    ],
)
def test_a_selector(pattern: str, holds: bool) -> None:
    assert compiled(pattern)(LINE) is holds


def test_a_plain_line_never_fits() -> None:
    assert not compiled("{ $.a NOT EXISTS }")("plain")


@pytest.mark.parametrize(
    "pattern",
    ["{ $.a", "{ a = 1 }", "{ $.a > x }", "{ $.a = 1 ) }", "{ ($.a = 1 }", "{ $.a IS X }"],
)
def test_what_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError):
        compiled(pattern)
