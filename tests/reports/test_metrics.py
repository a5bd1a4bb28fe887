"""The last hours: every series of the service, and the deployments of that time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from ill import NOW, SINCE, ago, series

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.metrics import Point, Series
from opsctl.reports import metrics
from opsctl.sandbox.metrics import Metrics as Written

if TYPE_CHECKING:
    from opsctl.sandbox.emulator import Emulator


def test_the_series_are_the_services_own(emulator: Emulator, local: Aws) -> None:
    group = next(iter(emulator.world.backend("elbv2").target_groups))
    for number in range(100):
        emulator.world.balancer_counters.answered(group, 500 if number < 3 else 200, number / 100)
    Written(emulator.world).write()
    now = emulator.world.clock()
    found = metrics.gather(local, now - timedelta(minutes=10), now + timedelta(seconds=1))
    assert found.of("requests").total == 100
    assert found.of("target_5xx").total == 3
    assert found.of("latency_p99").latest == 0.98
    assert found.of("targets_healthy").latest == 2
    assert (found.of("balancer_5xx").points, found.of("balancer_5xx").known) == ((), True)
    assert found.period == metrics.SHORTEST_IN_SANDBOX
    assert found.deployments[-1].revision == 3
    assert found.absent == ()
    assert (found.throttles().points, found.throttles().known) == ((), True)


def test_a_service_that_is_not_there_is_not_found(local: Aws) -> None:
    with pytest.raises(errors.NotFound):
        metrics.gather(Aws(replace(local.target, service="no")), datetime.now(UTC))


def test_a_table_that_cloudwatch_does_not_know_is_no_zero(emulator: Emulator, local: Aws) -> None:
    other = Aws(replace(local.target, table="nothing"))
    emulator.front.faults.add({"operation": "DescribeTable", "code": "AccessDeniedException"})
    try:
        found = metrics.gather(other, emulator.world.clock() - timedelta(minutes=10))
    finally:
        emulator.front.faults.clear()
    assert "read_throttles" in found.absent
    assert not found.throttles().known


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_what_is_not_answered_is_said_and_the_rest_is_there(
    emulator: Emulator, local: Aws, code: str
) -> None:
    for operation in ("DescribeTable", "ListServiceDeployments"):
        emulator.front.faults.add({"operation": operation, "code": code})
    try:
        found = metrics.gather(local, emulator.world.clock() - timedelta(minutes=10))
    finally:
        emulator.front.faults.clear()
    assert [it.partition(":")[0] for it in sorted(found.unknown)] == [
        "deployments",
        "indexes of the table",
    ]
    assert "cpu" in found.series


@pytest.mark.parametrize(
    ("seconds", "sandbox", "period"),
    [(3600, False, 60), (3600, True, 10), (10800, True, 60), (86400, False, 300),
     (86400 * 14, False, 3600), (86400 * 400, False, 86400)],
)  # fmt: skip
def test_points_are_as_dense_as_can_be_shown(seconds: float, sandbox: bool, period: int) -> None:
    assert metrics.period_of(seconds, sandbox=sandbox) == period


def test_throttles_are_those_of_the_table_and_its_indexes_and_no_cause_twice() -> None:
    parts = {
        "read_throttles": series("read_throttles", {2: 5}),
        "write_throttles@GSI1": series("w", {2: 1, 1: 2}),
        "read_throttles:KeyRange": series("k", {2: 5}),
    }
    found = metrics.Metrics(SINCE, NOW, 60, parts, ())
    assert found.throttles().points == (Point(ago(2), 6), Point(ago(1), 2))
    assert found.of("nothing") == Series("nothing", "", known=False)
