"""Metrics: how the service did over the last hours, with what was deployed meanwhile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from opsctl.aws import Aws
from opsctl.aws.deployments import Deployment
from opsctl.aws.ecs import revision_of
from opsctl.aws.metrics import Point, Series
from opsctl.reports import metric_queries
from opsctl.reports.looks import Looks

SHORTEST = 60
"""Seconds: AWS keeps these metrics by the minute."""
SHORTEST_IN_SANDBOX = 10
MOST_POINTS = 360
"""Of one series: more than a terminal has columns."""
_SENSIBLE = (60, 300, 900, 3600, 21600, 86400)
MOST_DEPLOYMENTS = 20
_THROTTLES = re.compile(r"(read|write)_throttles(@.+)?")


@dataclass(frozen=True)
class Mark:
    """A deployment of that time."""

    at: datetime
    revision: int
    status: str


@dataclass(frozen=True)
class Metrics:
    """Series by the names of `metric_queries`; a counter without points stayed at zero.

    `period` is in seconds. `absent` are the names of series of which CloudWatch knows nothing at
    all, which is not zero; `unknown` what could not be looked at, with the reason.
    """

    since: datetime
    until: datetime
    period: int
    series: dict[str, Series]
    deployments: tuple[Mark, ...]
    absent: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def of(self, name: str) -> Series:
        """A series; an empty one where there is none of that name."""
        return self.series.get(name, Series(name, "", known=False))

    def throttles(self) -> Series:
        """Reads and writes that DynamoDB throttled, of the table and its indexes together."""
        parts = [it for name, it in self.series.items() if _THROTTLES.fullmatch(name)]
        sums: dict[datetime, float] = {}
        for point in (point for it in parts for point in it.points):
            sums[point.at] = sums.get(point.at, 0.0) + point.value
        points = tuple(Point(at, sums[at]) for at in sorted(sums))
        return Series("throttles", "", points, known=bool(parts) and all(it.known for it in parts))


def gather(aws: Aws, since: datetime, until: datetime | None = None) -> Metrics:
    """Reads everything since then. Raises NotFound where there is no such service."""
    until, target = until or datetime.now(UTC), aws.target
    looks, place = Looks(), (target.cluster, target.service)
    service, table, history = aws.at_once(
        lambda: aws.ecs.service(*place),
        lambda: looks.at(
            "indexes of the table", lambda: aws.dynamodb.table(target.table).indexes, ()
        ),
        lambda: looks.at(
            "deployments", lambda: aws.deployments.history(*place, limit=MOST_DEPLOYMENTS), ()
        ),
    )
    at = metric_queries.place(aws, service.links, table)
    queries = metric_queries.of_service(aws, at)
    period = period_of((until - since).total_seconds(), sandbox=target.is_sandbox)
    found = aws.metrics.read(queries, since, until, period)
    return Metrics(
        since=since,
        until=until,
        period=period,
        series=found,
        deployments=tuple(_marks(history, since)),
        absent=tuple(name for name, it in found.items() if not it.known),
        incomplete=tuple(name for name, it in found.items() if not it.complete),
        unknown=tuple(sorted(looks.unknown)),
    )


def period_of(seconds: float, *, sandbox: bool) -> int:
    """The shortest period that gives a series no more points than can be shown."""
    shortest = SHORTEST_IN_SANDBOX if sandbox else SHORTEST
    fitting = (it for it in (shortest, *_SENSIBLE) if seconds / it <= MOST_POINTS)
    return next(fitting, _SENSIBLE[-1])


def _marks(history: tuple[Deployment, ...], since: datetime) -> list[Mark]:
    made = [
        Mark(it.created, revision_of(it.task_definition), it.status)
        for it in history
        if it.created >= since
    ]
    return sorted(made, key=lambda it: it.at)
