"""The circuit breaker's threshold, and when a deployment has ended."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl.sandbox.rollout import breaker_threshold


@pytest.mark.parametrize(
    ("desired", "threshold"), [(0, 3), (1, 3), (6, 3), (7, 4), (10, 5), (400, 200), (1000, 200)]
)
def test_the_threshold_is_half_of_the_count_from_3_to_200(desired: int, threshold: int) -> None:
    assert breaker_threshold(desired) == threshold


@pytest.mark.parametrize(
    ("status", "in_flight"),
    [
        ("PENDING", True),
        ("IN_PROGRESS", True),
        ("ROLLBACK_REQUESTED", True),
        ("ROLLBACK_IN_PROGRESS", True),
        ("SUCCESSFUL", False),
        ("STOPPED", False),
        ("ROLLBACK_SUCCESSFUL", False),
        ("ROLLBACK_FAILED", False),
    ],
)
def test_a_deployment_is_in_flight_until_it_has_ended(
    account: Any, status: str, in_flight: bool
) -> None:
    deployment = account.serve().deployment
    deployment.status = status
    assert deployment.in_flight is in_flight
