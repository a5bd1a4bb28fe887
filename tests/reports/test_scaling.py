"""Scaling as a report."""

from __future__ import annotations

from opsctl.aws import Aws
from opsctl.reports import scaling


def test_everything_that_moves_the_number_of_tasks_is_told(local: Aws) -> None:
    found = scaling.gather(local)
    assert (found.desired, found.running) == (2, 2)
    assert found.bounds
    assert [it.target for it in found.policies] == [70.0]
