"""Scaling: how many tasks run, and everything that moves their number."""

from __future__ import annotations

from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.autoscaling import Activity, Bounds, Policy


@dataclass(frozen=True)
class Scaling:
    """The service's count, its bounds and policies, and the last activities."""

    service: str
    desired: int
    running: int
    pending: int
    bounds: Bounds | None
    policies: tuple[Policy, ...]
    activities: tuple[Activity, ...]


def gather(aws: Aws, limit: int = 10) -> Scaling:
    """Reads everything at once."""
    place = (aws.target.cluster, aws.target.service)
    service, bounds, policies, activities = aws.at_once(
        lambda: aws.ecs.service(*place),
        lambda: aws.autoscaling.bounds(*place),
        lambda: aws.autoscaling.policies(*place),
        lambda: aws.autoscaling.activities(*place, limit=limit),
    )
    return Scaling(
        service.name,
        service.desired,
        service.running,
        service.pending,
        bounds,
        policies,
        activities,
    )
