"""The few metrics of the live screen: latency, requests, errors, CPU of the last half hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from opsctl.aws import Aws
from opsctl.aws.ecs import LoadBalancerLink, Service
from opsctl.aws.metrics import Series
from opsctl.reports import metric_queries
from opsctl.reports.metric_queries import Place
from opsctl.reports.metrics import SHORTEST, SHORTEST_IN_SANDBOX

SPAN, SPAN_IN_SANDBOX = timedelta(minutes=30), timedelta(minutes=5)
NAMES = {
    "latency_p99": "p99",
    "requests": "requests",
    "target_5xx": "5xx",
    "balancer_5xx": "5xx of balancer",
    "cpu": "CPU",
}
"""Names of queries → what they are called on the screen."""


class WatchedNumbers:
    """Reads them in one call, once the names of target group and balancer are known."""

    def __init__(self) -> None:
        self._links: tuple[LoadBalancerLink, ...] = ()
        self._at: Place | None = None

    def __call__(self, aws: Aws, service: Service) -> tuple[Series, ...]:
        """The series, in the order of `NAMES`, named as on the screen."""
        if self._at is None or self._links != service.links:
            self._at, self._links = metric_queries.place(aws, service.links, ()), service.links
        queries = [it for it in metric_queries.of_service(aws, self._at) if it.name in NAMES]
        sandbox = aws.target.is_sandbox
        until = datetime.now(UTC)
        since = until - (SPAN_IN_SANDBOX if sandbox else SPAN)
        period = SHORTEST_IN_SANDBOX if sandbox else SHORTEST
        found = aws.metrics.read(queries, since, until, period, verify=False)
        return tuple(
            Series(shown, found[name].unit, found[name].points)
            for name, shown in NAMES.items()
            if name in found
        )
