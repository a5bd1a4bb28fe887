"""Live Tail through the emulator, which really streams."""

from __future__ import annotations

import json
from contextlib import closing

import pytest

from opsctl.aws import Aws
from opsctl.aws.log_events import Source
from opsctl.errors import NotFound, Unreachable
from opsctl.sandbox import log_burst
from opsctl.sandbox.emulator import Emulator


def _burst(emulator: Emulator, count: int) -> None:
    log_burst.control(emulator.world, "POST", json.dumps({"events": count}).encode())


def test_what_is_written_after_the_session_stands_comes(local: Aws, emulator: Emulator) -> None:
    sources = [Source(local.target.log_group, "ecs/app/burst")]
    with closing(local.live_tail.updates(sources, "")) as updates:
        assert next(updates).events == ()
        _burst(emulator, 20)
        seen = [
            event for _, update in zip(range(4), updates, strict=False) for event in update.events
        ]
    assert len(seen) == 20
    assert {it.id for it in seen} == {""}


def test_streams_and_patterns_are_kept_to(local: Aws, emulator: Emulator) -> None:
    sources = [Source(local.target.log_group, "ecs/app/burst-1")]
    with closing(local.live_tail.updates(sources, "{ $.n < 10 }")) as updates:
        next(updates)
        _burst(emulator, 20)
        seen = [
            event for _, update in zip(range(3), updates, strict=False) for event in update.events
        ]
    assert [it.stream for it in seen] == ["ecs/app/burst-1"] * 3


def test_more_than_five_hundred_a_second_are_a_sample(local: Aws, emulator: Emulator) -> None:
    with closing(local.live_tail.updates([Source(local.target.log_group)], "")) as updates:
        next(updates)
        _burst(emulator, 2000)
        update = next(it for it in updates if it.events)
    assert update.sampled
    assert len(update.events) < 2000


def test_a_group_that_is_not_there_is_told(local: Aws) -> None:
    with pytest.raises(NotFound):
        next(local.live_tail.updates([Source("/not/there")], ""))


def test_a_fault_is_told(local: Aws, emulator: Emulator) -> None:
    emulator.front.faults.add(
        {"operation": "StartLiveTail", "code": "InternalFailure", "status": 500}
    )
    try:
        with pytest.raises(Unreachable):
            next(local.live_tail.updates([Source(local.target.log_group)], ""))
    finally:
        emulator.front.faults.clear()
