"""What every part of the sandbox shares: one account, its names, its clock and its lock."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from opsctl.sandbox.pace import Pace
from opsctl.sandbox.service_counters import ServiceCounters

if TYPE_CHECKING:
    from opsctl.sandbox.fleet import Fleet
    from opsctl.sandbox.registry import Registry
    from opsctl.sandbox.service import Service

ACCOUNT = "123456789012"
REGION = "us-east-1"


@dataclass
class Names:
    """What things are called in the sandbox: the seed's scheme for the environment `local`.

    The seed writes those that AWS gives: `user_pool`, `user_pool_client`, `backup_role`.
    """

    cluster: str = "image-caption-gen-cluster-local"
    service: str = "image-caption-gen-service-local"
    family: str = "image-caption-gen-local"
    container: str = "app"
    repository: str = "image-caption-gen"
    log_group: str = "/ecs/image-caption-gen-local"
    secret: str = "image-caption-gen-secrets-local"  # noqa: S105 - a name, not a value
    table: str = "image_captions"
    bucket: str = f"image-caption-gen-local-{ACCOUNT}"
    alarm_prefix: str = "image-caption-gen-"
    alarm_suffix: str = "-local"
    blocked_ips: str = "blocked-ips"
    blocked_ips_v6: str = "blocked-ips-v6"
    user_pool: str = ""
    user_pool_client: str = ""
    backup_bucket: str = f"image-caption-gen-backup-local-{ACCOUNT}"
    backup_vault: str = "Default"
    backup_role: str = ""
    certificate_key: str = "alias/image-caption-gen-certificates-local"
    smoke_user: str = "smoke"
    smoke_secret: str = "image-caption-gen-smoke-local"  # noqa: S105 - a name, not a value


@dataclass
class Tally:
    """What one target group saw since the last drain. Times are seconds."""

    requests: int = 0
    by_target: dict[str, int] = field(
        default_factory=lambda: {"2xx": 0, "3xx": 0, "4xx": 0, "5xx": 0}
    )
    balancer_5xx: int = 0
    """Answers that the load balancer made itself: 502, 503, 504."""
    response_times: list[float] = field(default_factory=list)


class Counters:
    """What the load balancer counts, by the target group's ARN."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallies: dict[str, Tally] = {}

    def answered(self, target_group: str, status: int, seconds: float) -> None:
        """A target answered a request."""
        with self._lock:
            tally = self._tallies.setdefault(target_group, Tally())
            tally.requests += 1
            tally.by_target[f"{status // 100}xx"] = tally.by_target.get(f"{status // 100}xx", 0) + 1
            tally.response_times.append(seconds)

    def failed(self, target_group: str) -> None:
        """The load balancer had to answer 502, 503 or 504 itself."""
        with self._lock:
            tally = self._tallies.setdefault(target_group, Tally())
            tally.requests += 1
            tally.balancer_5xx += 1

    def drain(self) -> dict[str, Tally]:
        """What was counted since the last drain, by target group ARN; counting starts anew."""
        with self._lock:
            drained, self._tallies = self._tallies, {}
            return drained


@dataclass(frozen=True)
class RunningTask:
    """One running task, for those who sample its process."""

    task_arn: str
    service: str
    pid: int
    cpu_units: int
    """1024 is one CPU."""
    memory_mib: int


class World:
    """One AWS account in one region, in this process.

    `lock` is held around every change of state, by the API, the fleet and the background parts.
    """

    account = ACCOUNT
    region = REGION

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        pace: Pace | None = None,
    ) -> None:
        self.clock = clock
        self.pace = pace or Pace()
        self.lock = threading.RLock()
        self.names = Names()
        self.balancer_counters = Counters()
        self.service_counters = ServiceCounters()
        self.cpu_floor = 0.0
        """What every task uses at least, in per cent: `break full` raises it."""
        self.endpoint = ""
        """URL of the AWS API, known once the server listens."""
        self.app_url = ""
        """URL of the load balancer's listener."""
        self.fleet: Fleet
        """Every ECS service, task and deployment; set by `moto_parts.install`."""
        self.registry: Registry
        """The images that tasks can run; set by `moto_parts.install`."""

    def backend(self, service: str, region: str = "") -> Any:
        """The moto backend of a service: of this region, or account-wide where it is global."""
        regions = _backends(service)[self.account]
        for name in (region or self.region, "aws", "global"):
            if name in regions or name in getattr(regions, "regions", ()):
                return regions[name]
        raise KeyError(f"moto has no backend “{service}” in {region or self.region}")

    def tasks(self) -> list[RunningTask]:
        """The tasks that have a process now."""
        with self.lock:
            return self.fleet.running_tasks()

    def services(self) -> list[Service]:
        """The ECS services that are not INACTIVE."""
        with self.lock:
            return [it for it in self.fleet.services.values() if it.status != "INACTIVE"]

    def arn(self, service: str, resource: str) -> str:
        """`arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


@functools.cache
def _backends(service: str) -> Any:
    """moto's backends of a service by account: it would look for the module each time."""
    from moto.backends import get_backend

    return get_backend(service)
