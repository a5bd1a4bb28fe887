"""The sandbox's pace is a setting, and a value that makes no sense is refused."""

from __future__ import annotations

import pytest

from opsctl.errors import BadConfig
from opsctl.sandbox.pace import FAST, HUMAN, from_environment


@pytest.mark.parametrize(
    ("text", "expected"), [("", HUMAN), ("human", HUMAN), ("fast", FAST), (" fast , ", FAST)]
)
def test_a_pace_has_a_name(text: str, expected: object) -> None:
    assert from_environment({"OPSCTL_SANDBOX_PACE": text}) == expected
    assert from_environment({}) == HUMAN


def test_values_change_a_pace() -> None:
    found = from_environment({"OPSCTL_SANDBOX_PACE": "fast,grace=40,starting_at_once=5"})
    assert (found.tick, found.grace, found.starting_at_once) == (FAST.tick, 40.0, 5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hasty", "unknown pace 'hasty'"),
        ("speed=3", "unknown value 'speed'"),
        ("tick=-1", "tick=-1 must be a number above 0"),
        ("tick=0", "tick=0 must be a number above 0"),
        ("tick=soon", "tick=soon must be a number above 0"),
        ("tick=nan", "tick=nan must be a number above 0"),
        ("tick=inf", "tick=inf must be a number above 0"),
        ("healthy_after=1.5", r"healthy_after=1\.5 must be a whole number above 0"),
    ],
)
def test_what_makes_no_sense_is_refused(text: str, told: str) -> None:
    with pytest.raises(BadConfig, match=f"OPSCTL_SANDBOX_PACE: {told}"):
        from_environment({"OPSCTL_SANDBOX_PACE": text})
