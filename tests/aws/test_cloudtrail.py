"""Who did it, through the emulator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from opsctl.aws import Aws
from opsctl.aws.cloudtrail import who
from opsctl.sandbox.emulator import Emulator


def test_the_last_caller_of_an_operation_is_named(local: Aws, emulator: Emulator) -> None:
    began = datetime.now(UTC) - timedelta(minutes=5)
    with local.changing():
        local.ecs.set_desired_count(local.target.cluster, local.target.service, 3, replacing=2)
    emulator.settle()
    trace = local.cloudtrail.latest("UpdateService", since=began, about=local.target.service)
    assert trace
    assert who(trace) == trace.who != ""


def test_what_nobody_did_is_nobody(local: Aws) -> None:
    began = datetime.now(UTC) - timedelta(minutes=5)
    assert local.cloudtrail.latest("DeleteCluster", since=began, about="x") is None
    assert "CloudTrail" in who(None)
