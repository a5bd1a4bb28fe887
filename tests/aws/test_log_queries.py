"""Insights queries through the emulator."""

from __future__ import annotations

import json
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from opsctl.aws import Aws
from opsctl.aws.log_events import Source
from opsctl.errors import NotFound, Unreachable, UsageProblem
from opsctl.sandbox import log_burst
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.moto_parts import logs_queries


@pytest.fixture(scope="module", autouse=True)
def written(emulator: Emulator) -> None:
    log_burst.control(emulator.world, "POST", json.dumps({"events": 40}).encode())


def _run(local: Aws, text: str, group: str = "", **words: Any) -> Any:
    now = datetime.now(UTC)
    sources = [Source(group or local.target.log_group)]
    return local.log_queries.run(
        sources, text, now - timedelta(hours=1), now + timedelta(minutes=1), **words
    )


def test_results_come_in_parts_and_the_last_are_done(
    local: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    clock = SimpleNamespace(monotonic=lambda: len(waited) * 0.1, time=time.time)
    monkeypatch.setattr(logs_queries, "time", clock)
    seen = list(_run(local, "filter ispresent(n) | fields n | sort n asc", pause=waited.append))
    assert [it.done for it in seen[-2:]] == [False, True]
    assert any(0 < len(it.rows) < 40 for it in seen)
    assert [row["n"] for row in seen[-1].rows] == [str(number) for number in range(40)]
    assert seen[-1].matched == 40
    assert seen[-1].read_bytes > 0


def test_a_query_that_is_left_is_stopped(local: Aws, emulator: Emulator) -> None:
    emulator.front.calls.clear()
    with closing(_run(local, "fields n")) as going:
        next(going)
    assert [it["operation"] for it in emulator.front.calls.listed()][-1] == "StopQuery"
    running = local.client("logs").describe_queries(status="Running")["queries"]
    assert running == []


def test_ctrl_c_while_it_waits_stops_it(local: Aws, emulator: Emulator) -> None:
    emulator.front.calls.clear()

    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(_run(local, "fields n", pause=interrupted))
    assert [it["operation"] for it in emulator.front.calls.listed()][-1] == "StopQuery"


def test_a_query_that_is_not_understood_is_told_with_its_place(local: Aws) -> None:
    with pytest.raises(UsageProblem, match=r"at character 12 \('filtr'\)"):
        next(_run(local, "fields n | filtr n > 3"))


def test_too_many_queries_at_once_are_told(local: Aws, emulator: Emulator) -> None:
    emulator.front.faults.add({"operation": "StartQuery", "code": "LimitExceededException"})
    try:
        with pytest.raises(Unreachable, match="Too many Insights queries"):
            next(_run(local, "fields n"))
    finally:
        emulator.front.faults.clear()


def test_a_group_that_is_not_there_is_told(local: Aws) -> None:
    with pytest.raises(NotFound):
        next(_run(local, "fields n", group="/not/there"))
