"""What was measured, logged and stopped is forgotten; what happens later is seen."""

from __future__ import annotations

import json

import pytest

from opsctl.aws import Aws
from opsctl.sandbox import log_burst, past, scaling
from opsctl.sandbox.alarms import Alarms
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.metrics import Metrics
from opsctl.sandbox.world import World


def happen(emulator: Emulator) -> None:
    """Requests and sign-ins that are counted, metrics, log events, a task that dies."""
    world = emulator.world
    group = next(iter(world.backend("elbv2").target_groups))
    Metrics(world).write()
    world.balancer_counters.answered(group, 500, 1.0)
    log_burst.control(world, "POST", json.dumps({"events": 3}).encode())
    service = world.services()[0]
    scaling.set_desired(world, service, "service/a/b", 3, "by hand")
    task = service.tasks[0]
    assert task.process
    task.process.kill()
    emulator.advance(2)
    assert task.arn in world.fleet.stopped


def test_what_was_is_forgotten_and_what_comes_is_seen(emulator: Emulator) -> None:
    world = emulator.world
    for _ in range(2):
        happen(emulator)
        found = past.control(world, "DELETE", b"")
        assert all(found.values()), found
        assert past.control(world, "DELETE", b"") == dict.fromkeys(found, 0)
        assert world.balancer_counters.drain() == {}


def test_an_alarm_that_was_set_by_hand_follows_its_metric(emulator: Emulator, local: Aws) -> None:
    alarms = emulator.world.backend("cloudwatch").alarms
    name = next(iter(alarms))
    words = {"AlarmName": name, "StateValue": "ALARM", "StateReason": "by hand"}
    with local.changing():
        local.client("cloudwatch").set_alarm_state(**words)
    Alarms(emulator.world).evaluate()
    assert alarms[name].state_value == "ALARM"
    past.control(emulator.world, "DELETE", b"")
    Alarms(emulator.world).evaluate()
    assert alarms[name].state_value != "ALARM"


def test_nothing_else_can_be_done_with_it(emulator: Emulator) -> None:
    with pytest.raises(ValueError):
        past.control(World(), "GET", b"")
