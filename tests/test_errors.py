"""Errors: each exit code once, in the family that its first digit promises."""

from __future__ import annotations

import pytest

from opsctl import errors

CODES = {
    "OpsctlError": 1,
    "UsageProblem": 2,
    "BadConfig": 10,
    "NoAccess": 11,
    "NotFound": 12,
    "Forbidden": 13,
    "Locked": 14,
    "NeedsAnswer": 15,
    "Cancelled": 16,
    "FactsChanged": 17,
    "Unreachable": 18,
    "StepFailed": 20,
    "NotVerified": 21,
    "Interrupted": 22,
    "RolledBack": 23,
    "TimedOut": 24,
    "Unhealthy": 30,
    "WouldChange": 31,
}


def test_the_table_of_codes_is_the_documented_one() -> None:
    found = {it.__name__: it.code for it in errors.documented() if it.__module__ == errors.__name__}
    assert found == CODES


@pytest.mark.parametrize(
    ("family", "tens"),
    [(errors.NothingChanged, 1), (errors.SomethingChanged, 2), (errors.BadAnswer, 3)],
)
def test_the_first_digit_tells_whether_something_was_changed(
    family: type[errors.OpsctlError], tens: int
) -> None:
    for kind in family.__subclasses__():
        if kind.__module__ == errors.__name__:
            assert kind.code // 10 == tens, kind


def test_every_error_is_drawn_in_the_docstring() -> None:
    drawing = errors.__doc__ or ""
    for name, code in CODES.items():
        assert any(name in line and str(code) in line for line in drawing.splitlines()), name
