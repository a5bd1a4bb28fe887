"""Evidence: everything that was read for a diagnosis, as plain values that rules look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from opsctl.aws.app_clients import AppClient
from opsctl.aws.autoscaling import Activity, Bounds
from opsctl.aws.cloudwatch import Alarm
from opsctl.aws.cognito import DisabledUser
from opsctl.aws.cognito_users import User
from opsctl.aws.deployments import Deployment
from opsctl.aws.ecs import Service
from opsctl.aws.endpoint import Answer
from opsctl.aws.load_balancer import TargetHealth
from opsctl.aws.metrics import Series
from opsctl.aws.tasks import Task
from opsctl.reports.diagnosis.log_lines import Lines, Served

FRESH_MINUTES, RECENT_MINUTES = 5, 15


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A part that was not looked at, or could not be, is None; then no rule says that it is fine.

    `period` is that of the metrics, in seconds. The clock is `until`: rules know no other.
    `minute` is how many seconds what takes AWS a minute takes here: the sandbox is quicker.
    """

    since: datetime
    until: datetime
    period: int = 60
    minute: float = 60
    service: Service | None = None
    tasks: tuple[Task, ...] | None = None
    stopped: tuple[Task, ...] | None = None
    targets: tuple[TargetHealth, ...] | None = None
    health: Answer | None = None
    deployments: tuple[Deployment, ...] | None = None
    written: tuple[datetime, ...] | None = None
    """When the values of the secret were written."""
    alarms: tuple[Alarm, ...] | None = None
    bounds: Bounds | None = None
    activities: tuple[Activity, ...] | None = None
    numbers: Mapping[str, Series] = field(default_factory=dict)
    errors: Lines | None = None
    """Lines of the log that say ERROR."""
    refused: Lines | None = None
    """Lines of the log about sign-ins that the service refused."""
    served: Served | None = None
    """How long the tasks themselves say that requests took."""
    client: AppClient | None = None
    gone: str = ""
    """Of user pool and app client, what is not there."""
    disabled: tuple[DisabledUser, ...] | None = None
    user: User | None = None
    no_such_user: bool = False
    throttled: tuple[str, ...] = ()
    """Looks that AWS refused because it was asked too often."""
    unanswered: tuple[str, ...] = ()
    """Looks for which AWS had no answer at all."""
    looks: int = 0
    """How many there were in all."""

    @property
    def fresh(self) -> datetime:
        """What happened after it counts as going on now: metrics come some periods late."""
        seconds = max(FRESH_MINUTES * self.minute, 2 * self.period)
        return max(self.since, self.until - timedelta(seconds=seconds))

    @property
    def recent(self) -> datetime:
        """What happened after it is still worth a warning though it is over."""
        seconds = max(RECENT_MINUTES * self.minute, 3 * self.period)
        return max(self.since, self.until - timedelta(seconds=seconds))

    def of(self, name: str) -> Series:
        """A series of numbers; an empty one of which nothing is known where there is none."""
        return self.numbers.get(name, Series(name, "", known=False))

    def sum_of(self, name: str, since: datetime) -> int:
        """What a counter counted from then on."""
        return round(self.of(name).since(since).total)
