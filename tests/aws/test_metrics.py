"""Metrics: pages put together, sorted, and no data told apart from zero."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from opsctl.aws import Aws
from opsctl.aws.metrics import MOST_QUERIES, Metrics, Point, Query, Series

if TYPE_CHECKING:
    from opsctl.sandbox.emulator import Emulator

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TABLE = (("TableName", "t"),)


class Paper:
    """CloudWatch on paper: `pages` are GetMetricData's, `listed` what ListMetrics answers."""

    def __init__(self, pages: list[dict[str, Any]], listed: list[dict[str, Any]]) -> None:
        self.answers = {"get_metric_data": pages, "list_metrics": [{"Metrics": listed}]}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def get_paginator(self, name: str) -> Any:
        def paginate(**words: Any) -> list[dict[str, Any]]:
            self.asked.append((name, words))
            return self.answers[name]

        return SimpleNamespace(paginate=paginate)


def gateway(paper: Paper) -> Metrics:
    aws: Any = SimpleNamespace(
        client=lambda _: paper, at_once=lambda *reads: tuple(read() for read in reads)
    )
    return Metrics(aws)


def result(identity: str, values: list[float], status: str = "Complete") -> dict[str, Any]:
    """Newest first, as a page of GetMetricData may come."""
    moments = [AT - timedelta(minutes=n) for n in range(len(values))]
    return {"Id": identity, "Timestamps": moments, "Values": values, "StatusCode": status}


def query(name: str = "throttles", dimensions: Any = TABLE) -> Query:
    return Query(name, "AWS/DynamoDB", "ReadThrottleEvents", dimensions)


def test_the_points_of_all_pages_come_oldest_first() -> None:
    later = {"Id": "m0", "Timestamps": [AT + timedelta(minutes=1)], "Values": [3.0]}
    paper = Paper(
        [{"MetricDataResults": [result("m0", [1.0, 2.0], "PartialData")]},
         {"MetricDataResults": [{**later, "StatusCode": "Complete"}]}],
        [],
    )  # fmt: skip
    found = gateway(paper).read([query()], AT, AT, 60)["throttles"]
    assert [it.value for it in found.points] == [2.0, 1.0, 3.0]
    assert found.complete


def test_a_series_that_aws_cut_short_is_not_complete() -> None:
    paper = Paper([{"MetricDataResults": [result("m0", [1.0], "PartialData")]}], [])
    assert not gateway(paper).read([query()], AT, AT, 60)["throttles"].complete


def test_more_than_500_queries_are_asked_in_two_calls() -> None:
    paper = Paper([{"MetricDataResults": []}], [])
    gateway(paper).read([query(f"q{n}") for n in range(MOST_QUERIES + 1)], AT, AT, 60, verify=False)
    sizes = [len(words["MetricDataQueries"]) for _, words in paper.asked]
    assert sizes == [500, 1]


def test_nothing_under_known_dimensions_is_zero() -> None:
    listed = [{"Dimensions": [{"Name": "TableName", "Value": "t"}]}]
    found = gateway(Paper([{"MetricDataResults": []}], listed)).read([query()], AT, AT, 60)
    assert found["throttles"] == Series("throttles", "", (), complete=False, known=True)


def test_nothing_under_dimensions_that_nobody_knows_is_no_data() -> None:
    wider = [{"Dimensions": [{"Name": "TableName", "Value": "t"}, {"Name": "O", "Value": "Q"}]}]
    found = gateway(Paper([{"MetricDataResults": []}], wider)).read([query()], AT, AT, 60)
    assert not found["throttles"].known


def test_dimensions_that_gave_any_data_are_not_asked_about_again() -> None:
    paper = Paper([{"MetricDataResults": [result("m1", [1.0])]}], [])
    found = gateway(paper).read([query(), query("others")], AT, AT, 60)
    assert found["throttles"].known
    assert [name for name, _ in paper.asked] == ["get_metric_data"]


def test_dimensions_that_are_sure_are_not_asked_about() -> None:
    paper = Paper([{"MetricDataResults": []}], [])
    sure = Query("q", "AWS/DynamoDB", "ReadThrottleEvents", TABLE, sure=True)
    assert gateway(paper).read([sure], AT, AT, 60)["q"].known
    assert [name for name, _ in paper.asked] == ["get_metric_data"]


def test_what_a_series_says_of_itself() -> None:
    it = Series("s", "s", (Point(AT, 1.0), Point(AT + timedelta(minutes=1), 3.0)))
    assert (it.total, it.highest, it.latest) == (4.0, 3.0, 3.0)
    assert it.since(AT + timedelta(seconds=1)).total == 3.0
    assert (Series("s", "").total, Series("s", "").highest, Series("s", "").latest) == (
        0,
        None,
        None,
    )


@pytest.mark.parametrize(("service", "known"), [("", True), ("-of-nobody", False)])
def test_against_the_emulator_a_wrong_dimension_is_told_apart(
    service: str, known: bool, emulator: Emulator, local: Aws
) -> None:
    from opsctl.sandbox.metrics import Metrics as Written

    Written(emulator.world).write()
    place = (
        ("ClusterName", local.target.cluster),
        ("ServiceName", local.target.service + service),
    )
    now = emulator.world.clock()
    asked = [Query("gone", "AWS/ECS", "NoSuchMetric", place)]
    found = local.metrics.read(asked, now - timedelta(hours=1), now, 60)["gone"]
    assert (found.points, found.known) == ((), known)
