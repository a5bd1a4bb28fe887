"""Game-day faults break what they say, and can be taken back."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.sandbox.breakage import KINDS, Breakage


@pytest.fixture
def breakage(account: Any) -> Breakage:
    account.serve()
    return Breakage(account.world, account.front.faults)


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


def test_slow_lasts_and_reaches_tasks_that_come_later(account: Any, breakage: Breakage) -> None:
    heard: list[int] = []
    breakage.begin("slow", 60)
    account.service.tasks[0].process.kill()
    account.settle()
    for task in account.service.tasks:
        task.process.signal = heard.append
    breakage._last = 0.0
    breakage.tick()
    assert len(heard) == 1
    breakage.heal()
    assert len(heard) == 3


def test_an_unknown_kind_is_refused(breakage: Breakage) -> None:
    with pytest.raises(ValueError, match="unknown kind 'flood'"):
        breakage.begin("flood")


def test_what_is_over_is_not_listed(breakage: Breakage) -> None:
    breakage.begin("slow", 0.05)
    time.sleep(0.06)
    assert breakage.control("GET", b"") == {}


def test_the_commands_know_the_same_kinds() -> None:
    from opsctl.cli.sandbox_screen import BROKEN

    assert set(BROKEN) == set(KINDS)
