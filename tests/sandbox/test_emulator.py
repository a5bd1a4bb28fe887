"""The emulator is the seeded sandbox, standing still."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from opsctl.sandbox.emulator import Emulator


def test_it_runs_the_seeded_service_steadily(emulator: Emulator) -> None:
    assert emulator.service.steady
    assert {task.image.tag for task in emulator.service.tasks if task.image} == {"1.2.0"}
    assert [each.status for each in emulator.service.deployments] == ["SUCCESSFUL"] * 3


def test_opsctl_acts_as_the_operator(emulator: Emulator) -> None:
    import boto3

    sts = boto3.client(
        "sts",
        endpoint_url=emulator.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="sandbox",
        aws_secret_access_key="sandbox",
    )
    assert sts.get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:user/operator"


def test_nothing_moves_but_by_advance(emulator: Emulator) -> None:
    emulator.service.set_desired(3)
    assert len(emulator.service.tasks) == 2
    emulator.advance(0.3)
    assert len(emulator.service.tasks) == 3
    emulator.settle()
    assert len(emulator.processes()) == 3


def test_a_service_that_cannot_settle_is_told(emulator: Emulator) -> None:
    service = emulator.service
    service.configuration["deploymentCircuitBreaker"] = {"enable": False, "rollback": False}
    from opsctl.sandbox import deploying

    broken = emulator.world.fleet.definitions.register(
        {
            "family": "broken",
            "cpu": "256",
            "memory": "512",
            "containerDefinitions": [
                {"name": "app", "image": emulator.world.registry.uri("1.4.0-crash")}
            ],
        }
    )
    deploying.begin(service, broken)
    with pytest.raises(TimeoutError):
        emulator.settle(limit=10)
