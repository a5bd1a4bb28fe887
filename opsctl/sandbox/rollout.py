"""Rollouts and service deployments: the tasks of one revision, and the change that brought them.

AWS shows a change twice: as entries of `service.deployments[]` (`ecs-svc/…`, here `Rollout`) and
as a service deployment with an ARN (here `ServiceDeployment`). One that is rolled back has two
rollouts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

IN_FLIGHT = (
    "PENDING",
    "IN_PROGRESS",
    "STOP_REQUESTED",
    "ROLLBACK_REQUESTED",
    "ROLLBACK_IN_PROGRESS",
)


@dataclass(eq=False)
class Revision:
    """A service revision: what a service was to run, with its images resolved to digests."""

    arn: str
    definition: dict[str, Any]
    digests: dict[str, str]
    """Digest by container name; a container whose image was not found is left out."""
    settings: dict[str, Any]
    """launchType, platformVersion, loadBalancers, networkConfiguration as AWS names them."""
    created: datetime


@dataclass(eq=False)
class Rollout:
    """The tasks of one revision. `status` is PRIMARY, ACTIVE or INACTIVE."""

    id: str
    revision: Revision
    desired: int
    created: datetime
    updated: datetime
    status: str = "PRIMARY"
    state: str = "IN_PROGRESS"
    reason: str = ""
    failed: int = 0
    deaths: int = 0
    """Tasks that ended by themselves since the last one that ran well: spaces the replacements."""
    not_before: datetime | None = None

    def __post_init__(self) -> None:
        self.reason = self.reason or f"ECS deployment {self.id} in progress."


@dataclass(eq=False)
class Hook:
    """A PAUSE lifecycle hook at which a deployment waits for CONTINUE or ROLLBACK."""

    id: str
    stage: str
    expires: datetime
    timeout_action: str = "ROLLBACK"
    status: str = "AWAITING_ACTION"


@dataclass(eq=False)
class ServiceDeployment:
    """One change of a service, from UpdateService to its end."""

    arn: str
    target: Revision
    sources: tuple[Revision, ...]
    rollout: Rollout
    """The rollout under way: of the target, or of the former revision while rolling back."""
    requested: int
    created: datetime
    updated: datetime
    status: str = "PENDING"
    status_reason: str = ""
    stage: str = "RECONCILE_SERVICE"
    started: datetime | None = None
    finished: datetime | None = None
    stopped: datetime | None = None
    back_to: Revision | None = None
    back_reason: str = ""
    back_started: datetime | None = None
    breaker: str = "MONITORING"
    failures: int = 0
    threshold: int = 3
    hooks: list[Hook] = field(default_factory=list)
    configuration: dict[str, Any] = field(default_factory=dict)
    final_counts: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """By revision ARN, as they were when it ended."""

    @property
    def in_flight(self) -> bool:
        """Whether it has not ended yet."""
        return self.status in IN_FLIGHT

    @property
    def waiting_hook(self) -> Hook | None:
        """The hook it is paused at."""
        return next((hook for hook in self.hooks if hook.status == "AWAITING_ACTION"), None)


def breaker_threshold(desired: int) -> int:
    """Failed tasks that trip the circuit breaker: half of the desired count, from 3 to 200."""
    return min(200, max(3, math.ceil(0.5 * desired)))
