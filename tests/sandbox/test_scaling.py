"""Target tracking: the count follows the load within its bounds."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.metric_store import dimensions, of_values
from opsctl.sandbox.metrics import store
from opsctl.sandbox.scaling import LOW_SECONDS, Scaling, activities_of
from opsctl.sandbox.seed import Accounts


def where(emulator: Emulator) -> dict[str, Any]:
    names = emulator.world.names
    return {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{names.cluster}/{names.service}",
        "ScalableDimension": "ecs:service:DesiredCount",
    }


def use(emulator: Emulator, scaling: Scaling, cpu: float, seconds: float) -> None:
    """Let that much time pass under that much load."""
    names = emulator.world.names
    of = dimensions([("ClusterName", names.cluster), ("ServiceName", names.service)])
    for _ in range(int(seconds / 6)):
        emulator.advance(6)
        at = emulator.world.clock().timestamp()
        store(emulator.world).put(("AWS/ECS", "CPUUtilization", of), of_values(at, [cpu]))
        scaling.tick()


@pytest.fixture
def scaled(emulator: Emulator) -> Scaling:
    """Scaling of the seeded service, from 2 of 2 to 6."""
    application = Accounts(emulator.world, emulator.endpoint_url).application_autoscaling
    awake = dict.fromkeys(("DynamicScalingInSuspended", "DynamicScalingOutSuspended"), False)
    application.register_scalable_target(
        **where(emulator), MinCapacity=2, MaxCapacity=6, SuspendedState=awake
    )
    emulator.service.set_desired(2)
    emulator.settle()
    emulator.advance(30)
    return Scaling(emulator.world)


def test_load_over_the_target_adds_tasks_up_to_the_maximum(
    emulator: Emulator, scaled: Scaling
) -> None:
    use(emulator, scaled, 140, 12)
    assert emulator.service.desired == 4
    use(emulator, scaled, 140, 60)
    assert emulator.service.desired == 6
    newest = activities_of(emulator.world)[0]
    assert (newest.refusal, newest.current, newest.high) == ("AlreadyAtMaxCapacity", 6, 6)


def test_a_steady_load_changes_nothing(emulator: Emulator, scaled: Scaling) -> None:
    use(emulator, scaled, 65, 60)

    assert emulator.service.desired == 2


def test_low_load_takes_tasks_away_late_and_never_below_the_minimum(
    emulator: Emulator, scaled: Scaling
) -> None:
    emulator.service.set_desired(5)
    use(emulator, scaled, 1, LOW_SECONDS - 60)
    assert emulator.service.desired == 5
    use(emulator, scaled, 1, 90)
    assert emulator.service.desired == 2


def test_a_suspended_target_stays(emulator: Emulator, scaled: Scaling) -> None:
    application = Accounts(emulator.world, emulator.endpoint_url).application_autoscaling
    application.register_scalable_target(
        **where(emulator), SuspendedState={"DynamicScalingOutSuspended": True}
    )
    use(emulator, scaled, 140, 30)

    assert emulator.service.desired == 2
