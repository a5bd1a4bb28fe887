"""CloudWatch metrics: what load balancer, tasks, table and user pool counted, over time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from opsctl.aws.gateway import Gateway

MOST_QUERIES = 500
"""Of one GetMetricData."""

Dimensions = tuple[tuple[str, str], ...]
"""Names and values, as in ("LoadBalancer", "app/name/id")."""


@dataclass(frozen=True)
class Query:
    """One statistic of one metric: Sum, Average, Minimum, Maximum, SampleCount or as in p99."""

    name: str
    namespace: str
    metric: str
    dimensions: Dimensions
    statistic: str = "Sum"
    unit: str = ""
    """What the values are, for whoever reads them: s, %, or empty for a count."""
    sure: bool = False
    """The dimensions are known to be right, so that no data is zero."""


@dataclass(frozen=True)
class Point:
    """The value of the period that began at `at`."""

    at: datetime
    value: float


@dataclass(frozen=True)
class Series:
    """The points of one query, oldest first; a period without data has none.

    `known` False: CloudWatch has nothing at all under these dimensions, so that no points do not
    mean zero. `complete` False: AWS did not give all of them.
    """

    name: str
    unit: str
    points: tuple[Point, ...] = ()
    complete: bool = True
    known: bool = True

    @property
    def total(self) -> float:
        """The sum of all points; 0 where there are none."""
        return sum(it.value for it in self.points)

    @property
    def highest(self) -> float | None:
        """The greatest value; None where there are no points."""
        return max((it.value for it in self.points), default=None)

    @property
    def latest(self) -> float | None:
        """The value of the last period with data; None where there are no points."""
        return self.points[-1].value if self.points else None

    def since(self, moment: datetime) -> Series:
        """Only the points from a moment on."""
        return replace(self, points=tuple(it for it in self.points if it.at >= moment))


class Metrics(Gateway):
    """Reads metrics, hundreds in one call."""

    @property
    def _client(self) -> Any:
        return self.aws.client("cloudwatch")

    def read(
        self,
        queries: Sequence[Query],
        since: datetime,
        until: datetime,
        period: int,
        *,
        verify: bool = True,
    ) -> dict[str, Series]:
        """Each query's series by its name; `period` is in seconds.

        GetMetricData answers a wrong dimension like a counter that stayed at zero, so with
        `verify` ListMetrics is asked once for each set of dimensions that gave nothing at all,
        but for those that are sure.
        """
        found: dict[str, Series] = {}
        for start in range(0, len(queries), MOST_QUERIES):
            found |= self._some(queries[start : start + MOST_QUERIES], since, until, period)
        return self._verified(queries, found) if verify else found

    def _some(
        self, queries: Sequence[Query], since: datetime, until: datetime, period: int
    ) -> dict[str, Series]:
        pages = self._client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=[_asked(f"m{n}", it, period) for n, it in enumerate(queries)],
            StartTime=since,
            EndTime=until,
            ScanBy="TimestampAscending",
        )
        points: dict[str, list[Point]] = {}
        status: dict[str, str] = {}
        for page in pages:
            for it in page["MetricDataResults"]:
                pairs = zip(it["Timestamps"], it["Values"], strict=True)
                points.setdefault(it["Id"], []).extend(Point(at, value) for at, value in pairs)
                # A series that goes on on the next page is PartialData on this one.
                status[it["Id"]] = it.get("StatusCode", "Complete")
        return {
            it.name: Series(
                it.name,
                it.unit,
                tuple(sorted(points.get(f"m{n}", ()), key=lambda point: point.at)),
                status.get(f"m{n}") == "Complete",
            )
            for n, it in enumerate(queries)
        }

    def _verified(self, queries: Sequence[Query], found: dict[str, Series]) -> dict[str, Series]:
        places = {(it.namespace, it.dimensions) for it in queries if not it.sure}
        seen = {(it.namespace, it.dimensions) for it in queries if found[it.name].points}
        doubtful = sorted(places - seen)
        answers = self.aws.at_once(*(lambda at=at: self._exists(*at) for at in doubtful))
        nowhere = {place for place, exists in zip(doubtful, answers, strict=True) if not exists}
        return {
            it.name: replace(
                found[it.name],
                known=it.sure or (it.namespace, it.dimensions) not in nowhere,
            )
            for it in queries
        }

    def _exists(self, namespace: str, dimensions: Dimensions) -> bool:
        """Whether any metric of the last two weeks has just these dimensions."""
        pages = self._client.get_paginator("list_metrics").paginate(
            Namespace=namespace, Dimensions=_named(dimensions)
        )
        # ListMetrics also answers metrics that have further dimensions beside these.
        return any(
            len(it["Dimensions"]) == len(dimensions) for page in pages for it in page["Metrics"]
        )


def _asked(identity: str, query: Query, period: int) -> dict[str, Any]:
    metric = {
        "Namespace": query.namespace,
        "MetricName": query.metric,
        "Dimensions": _named(query.dimensions),
    }
    stat = {"Metric": metric, "Period": period, "Stat": query.statistic}
    return {"Id": identity, "MetricStat": stat, "ReturnData": True}


def _named(dimensions: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions]
