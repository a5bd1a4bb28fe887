"""What a service that still serves suffers from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from samples import service

from opsctl.aws import Aws
from opsctl.aws.autoscaling import Bounds
from opsctl.aws.stop_reasons import Cause
from opsctl.reports import strain
from opsctl.reports.strain import Strain
from opsctl.sandbox.metrics import Metrics

if TYPE_CHECKING:
    from opsctl.sandbox.emulator import Emulator

DIED = Cause("out of memory", "exit code 137", "", True)


def told(found: Strain, desired: int = 2, bounds: Bounds | None = None, died: int = 0) -> list[str]:
    return list(strain.notices(found, service(desired=desired), bounds, (DIED,) * died))


def test_a_service_at_ease_has_nothing_to_say() -> None:
    assert told(Strain(100, 2, 0), bounds=Bounds(2, 6)) == []


@pytest.mark.parametrize(
    ("notices", "expected"),
    [
        (told(Strain(), died=2), "tasks failed since the deployment: 2 × out of memory"),
        (told(Strain(), desired=6, bounds=Bounds(2, 6)), "at its maximum of 6"),
        (told(Strain(4, 3)), "3 of 4 sign-ins failed"),
        (told(Strain(throttles=7)), "throttled 7 requests"),
    ],
)
def test_each_strain_is_told_with_the_command_that_tells_more(
    notices: list[str], expected: str
) -> None:
    (notice,) = notices
    assert expected in notice
    assert "opsctl diagnose" in notice


def test_a_service_of_a_fixed_size_is_not_at_a_limit() -> None:
    assert told(Strain(), desired=2, bounds=Bounds(2, 2)) == []


def test_a_few_mistyped_passwords_are_nothing() -> None:
    assert told(Strain(2, 2)) == told(Strain(100, 10)) == []


def test_what_cognito_and_dynamodb_counted_is_read_in_one_call(
    emulator: Emulator, local: Aws
) -> None:
    pool, client = emulator.world.names.user_pool, emulator.world.names.user_pool_client
    from dataclasses import replace

    aws = Aws(replace(local.target, user_pool=pool, user_pool_client=client))
    emulator.world.service_counters.drain()
    tally = emulator.world.service_counters._tally
    tally.sign_ins[client] = [1.0, 0.0, 0.0, 0.0]
    tally.throttled[(aws.target.table, "", "PutItem")] = 5
    Metrics(emulator.world).write()
    found = strain.gather(aws, emulator.world.clock())
    assert found == Strain(4, 3, 5)
    assert [it.operation for it in aws.requests] == ["GetMetricData"]
