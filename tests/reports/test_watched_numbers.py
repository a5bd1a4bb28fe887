"""The numbers of the live screen: one call for all of them."""

from __future__ import annotations

from opsctl.aws import Aws
from opsctl.reports.watched_numbers import NAMES, WatchedNumbers
from opsctl.sandbox.emulator import Emulator


def test_they_are_read_in_one_call_once_the_names_are_known(local: Aws, emulator: Emulator) -> None:
    service = local.ecs.service(local.target.cluster, local.target.service)
    numbers = WatchedNumbers()
    assert [it.name for it in numbers(local, service)] == list(NAMES.values())
    emulator.front.calls.clear()
    numbers(local, service)
    assert [it["operation"] for it in emulator.front.calls.listed()] == ["GetMetricData"]
