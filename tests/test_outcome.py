"""An outcome is filled on the way, so it begins with nothing."""

from __future__ import annotations

from opsctl.outcome import Outcome, StepStatus


def test_two_outcomes_share_nothing() -> None:
    one, other = Outcome("a", "done"), Outcome("b", "done")
    one.steps.append(StepStatus("x"))
    assert other.steps == []
    assert one.steps[0].status == "pending"
