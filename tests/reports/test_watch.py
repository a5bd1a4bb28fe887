"""Watching: each part when it is due, slower when throttled, and what was seen is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsctl.aws import Aws
from opsctl.aws.ecs import Service
from opsctl.aws.metrics import Series
from opsctl.errors import Unreachable
from opsctl.journal import Journal
from opsctl.journal.incidents import Incidents
from opsctl.lock import Lock
from opsctl.reports.watch import Watcher
from opsctl.sandbox.emulator import Emulator
from opsctl.state import LocalStore


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watcher(local: Aws, emulator: Emulator, clock: Clock, tmp_path: Path) -> Iterator[Watcher]:
    store = LocalStore(tmp_path)
    records = (Journal(store, "local"), Lock(store, "local"), Incidents(store, "local"))
    made = Watcher(Aws(local.target), *records, numbers=numbers, every=5.0, clock=clock)
    emulator.front.calls.clear()
    yield made
    emulator.front.faults.clear()


def numbers(_aws: Aws, service: Service) -> tuple[Series, ...]:
    return (Series(service.name, ""),)


def asked(emulator: Emulator) -> Counter[str]:
    found = Counter(str(call["operation"]) for call in emulator.front.calls.listed())
    emulator.front.calls.clear()
    return found


def test_the_first_look_sees_everything(watcher: Watcher, emulator: Emulator) -> None:
    assert watcher.picture().status is None
    seen = watcher.look()
    assert seen.status
    assert seen.status.verdict == "healthy"
    assert seen.status.image.endswith(":1.2.0")
    assert len(seen.status.tasks) == 2
    assert seen.series == (Series("image-caption-gen-service-local", ""),)
    assert seen.calls == sum(asked(emulator).values())


def test_each_part_is_looked_at_only_when_it_is_due(
    watcher: Watcher, emulator: Emulator, clock: Clock
) -> None:
    watcher.look()
    asked(emulator)
    clock.now += watcher.next_look
    watcher.look()
    assert asked(emulator).keys() == {"DescribeServices", "DescribeTargetHealth"}
    total: Counter[str] = Counter()
    for _ in range(12):
        clock.now += watcher.next_look
        watcher.look()
        total += asked(emulator)
    assert total["DescribeServices"] == 12
    assert total["DescribeAlarms"] == 3
    assert total["DescribeTaskDefinition"] == 0, "it is known as long as it is the live one"
    assert sum(total.values()) < 80


def test_nothing_is_asked_before_it_is_due(watcher: Watcher, emulator: Emulator) -> None:
    watcher.look()
    asked(emulator)
    assert watcher.next_look == 5.0
    watcher.look()
    assert not asked(emulator)
    watcher.hurry()
    watcher.look()
    assert asked(emulator)["DescribeAlarms"] == 1


class Throttled:
    """An ECS that has had enough."""

    def service(self, *_: str) -> Service:
        raise Unreachable("ecs:DescribeServices: AWS throttles")


def test_throttling_makes_it_slower_and_keeps_what_was_seen(watcher: Watcher, clock: Clock) -> None:
    watcher.look()
    doors = vars(watcher._aws)
    real, doors["ecs"] = doors["ecs"], Throttled()
    paces = []
    for _ in range(5):
        clock.now += watcher.next_look
        seen = watcher.look()
        paces.append(seen.every)
    assert paces == [10, 20, 40, 40, 40]
    assert "throttles" in seen.problem
    assert seen.status
    assert seen.status.verdict == "healthy"
    doors["ecs"] = real
    for _ in range(3):
        clock.now += 60
        seen = watcher.look()
    assert seen.every == 5.0
    assert seen.problem == ""


def test_what_may_not_be_read_is_told_and_the_rest_is_shown(
    watcher: Watcher, emulator: Emulator, clock: Clock
) -> None:
    emulator.front.faults.add(
        {"operation": "DescribeAlarms", "code": "AccessDenied", "status": 403}
    )
    seen = watcher.look()
    assert seen.every == 5.0
    assert [it.partition(":")[0] for it in seen.unknown] == ["alarms"]
    assert seen.status
    assert seen.status.notices == (), "not allowed to look is not the same as none"
    emulator.front.faults.clear()
    clock.now += 60
    assert watcher.look().unknown == ()


def test_what_was_throttled_from_the_beginning_is_not_taken_for_nothing(
    watcher: Watcher, emulator: Emulator, clock: Clock
) -> None:
    emulator.front.faults.add({"operation": "DescribeAlarms", "code": "ThrottlingException"})
    seen = watcher.look()
    assert "throttles" in seen.problem
    assert [it.partition(":")[0] for it in seen.unknown] == ["alarms"]
    assert seen.status
    assert seen.status.notices == (), "not looked at is not the same as none"
    emulator.front.faults.clear()
    clock.now += 400
    assert watcher.look().unknown == ()


def test_an_alarm_that_calls_nobody_is_seen(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    aws, name = watcher._aws, "image-caption-gen-cpu-high-local"
    with aws.changing():
        aws.client("cloudwatch").disable_alarm_actions(AlarmNames=[name])
    try:
        seen = watcher.look()
    finally:
        with aws.changing():
            aws.client("cloudwatch").enable_alarm_actions(AlarmNames=[name])
    assert seen.status
    assert [it.name for it in seen.status.silences] == [name]


def test_calls_are_counted_for_a_minute(watcher: Watcher, clock: Clock) -> None:
    assert watcher.look().calls > 10
    clock.now += 61
    assert watcher.picture().calls == 0


def test_a_task_has_its_own_log(watcher: Watcher) -> None:
    seen = watcher.look()
    assert seen.status
    task = seen.status.tasks[0].id
    (line,) = watcher.log_of(task, 1)
    assert line.stream.endswith(task)
    assert line.at > 0
    assert watcher.log_of("no-such-task", 5) == ()


def test_before_a_look_no_log_is_known(watcher: Watcher) -> None:
    assert watcher.log_of("x", 5) == ()
