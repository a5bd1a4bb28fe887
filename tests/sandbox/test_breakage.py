"""Game-day faults break what they say, and can be taken back."""

from __future__ import annotations

import json
import signal
import threading
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.sandbox.breakage import DEFAULT_SECONDS, KINDS, Breakage
from opsctl.sandbox.calls import Asked
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.launch import TASK_KEY
from opsctl.sandbox.visitors import DISABLED


class Clock:
    """Seconds since 1970, advanced by hand."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breakage(account: Any, clock: Clock) -> Breakage:
    account.serve()
    return Breakage(account.world, account.front.faults, clock)


def test_crash_kills_every_task_and_they_are_replaced(account: Any, breakage: Breakage) -> None:
    before = set(account.service.tasks)
    breakage.begin("crash")
    account.advance(0.3)
    assert {task.exit_code for task in before} == {137}
    account.settle()
    assert not before & set(account.service.tasks)


def test_sick_fails_the_health_checks_of_the_tasks_of_now(account: Any, breakage: Breakage) -> None:
    before = list(account.service.tasks)
    breakage.begin("sick")
    account.advance(1.2)
    assert all("failed ELB health checks" in task.stop.text for task in before)
    account.settle()
    assert all(task.healthy for task in account.service.tasks)


def test_healing_makes_sick_tasks_well_again(account: Any, breakage: Breakage) -> None:
    breakage.begin("sick")
    breakage.heal()
    account.advance(3)
    assert account.service.steady
    assert account.stopped() == []


def test_throttle_refuses_calls_for_a_while_but_not_those_of_tasks(
    account: Any, breakage: Breakage
) -> None:
    ecs = account.client("ecs")
    answer = breakage.control("POST", json.dumps({"kind": "throttle", "for": 60}).encode())
    assert 59 <= answer["throttle"] <= 60
    with pytest.raises(ClientError, match="ThrottlingException"):
        ecs.list_clusters()
    assert breakage.control("DELETE", b"") == {}
    assert ecs.list_clusters()["clusterArns"]


def test_slow_lasts_and_reaches_tasks_that_come_later(
    account: Any, breakage: Breakage, clock: Clock
) -> None:
    heard: list[int] = []
    breakage.begin("slow", 60)
    account.service.tasks[0].process.kill()
    account.settle()
    for task in account.service.tasks:
        task.process.signal = heard.append
    clock.now += 2
    breakage.tick()
    assert len(heard) == 1
    breakage.heal()
    assert len(heard) == 3


def test_the_table_throttles_the_tasks_too(account: Any, breakage: Breakage) -> None:
    breakage.begin("throttle", 60)
    task = Asked("dynamodb", "Query", TASK_KEY, "us-east-1")
    assert account.front.faults.hit(task)[1].code == "ThrottlingException"
    assert account.front.faults.hit(Asked("s3", "GetObject", TASK_KEY, ""))[1] is None


def test_errors_are_switched_on_and_end_by_themselves(
    account: Any, breakage: Breakage, clock: Clock
) -> None:
    heard: list[int] = []
    for task in account.service.tasks:
        task.process.signal = heard.append
    breakage.begin("errors", 60)
    clock.now += 59
    breakage.tick()
    assert heard == [signal.SIGWINCH] * 2
    clock.now += 2
    breakage.tick()
    assert heard == [signal.SIGWINCH] * 4
    assert breakage.control("GET", b"") == {}


def test_a_look_cannot_break_again_what_is_being_healed(
    account: Any, breakage: Breakage, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    breakage.begin("slow", 60)
    account.service.tasks[0].process.signal = heard.append
    healing, keep = threading.Thread(target=breakage.heal), breakage._keep

    def keep_late(kind: str) -> None:
        healing.start()
        healing.join(0.1)  # It may not be healed before this look has ended.
        keep(kind)

    monkeypatch.setattr(breakage, "_keep", keep_late)
    breakage._last = 0.0
    breakage.tick()
    healing.join()
    assert heard == [signal.SIGUSR2]


def test_an_unknown_kind_is_refused(breakage: Breakage) -> None:
    with pytest.raises(ValueError, match="unknown kind 'flood'"):
        breakage.begin("flood")


def test_what_is_over_is_not_listed(breakage: Breakage, clock: Clock) -> None:
    breakage.begin("slow", 60)
    assert breakage.control("GET", b"") == {"slow": 60.0}
    clock.now += 60
    assert breakage.control("GET", b"") == {}


def test_the_commands_know_the_same_kinds() -> None:
    from opsctl.cli.sandbox_screen import BROKEN

    assert set(BROKEN) == set(KINDS) == set(DEFAULT_SECONDS)


def test_a_user_is_kept_out_and_let_in_again(emulator: Emulator) -> None:
    clock = Clock()
    breakage = Breakage(emulator.world, emulator.front.faults, clock)
    pool = emulator.world.backend("cognito-idp").user_pools[emulator.world.names.user_pool]
    breakage.begin("disabled-user")
    assert not pool.users[DISABLED].enabled
    # Whoever enables the user meanwhile has mended it.
    pool.users[DISABLED].enabled = True
    clock.now += 2
    breakage.tick()
    assert pool.users[DISABLED].enabled
    breakage.heal()
    assert pool.users[DISABLED].enabled
