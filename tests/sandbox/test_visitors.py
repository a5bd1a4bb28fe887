"""Visitors come while something is broken, and never in a world where nothing listens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from running import until

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.visitors import MOST, Visitors


@pytest.fixture
def visited(emulator: Emulator) -> Iterator[list[str]]:
    """The requests that the service got; it fails them all."""
    seen: list[str] = []

    class Failing(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            seen.append(f"{self.command} {self.path}")
            self.send_error(500)

        do_GET = do_POST = answer

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Failing)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    emulator.world.app_url = f"http://127.0.0.1:{server.server_port}"
    yield seen
    emulator.world.app_url = ""
    server.shutdown()
    server.server_close()


def test_each_kind_gets_the_traffic_that_shows_it(emulator: Emulator, visited: list[str]) -> None:
    visitors = Visitors(emulator.world)
    visitors.come("errors")
    until(lambda: visited == ["GET /"] * 6)
    visitors.come("disabled-user")
    until(lambda: visited[6:] == ["POST /api/login"] * 2)


def test_a_throttled_table_is_asked_as_a_task_would(emulator: Emulator, visited: list[str]) -> None:
    emulator.front.faults.add({"service": "dynamodb", "code": "ThrottlingException"})
    emulator.world.service_counters.drain()
    Visitors(emulator.world).come("throttle")
    counted: list[int] = []

    def throttled() -> bool:
        counted.extend(emulator.world.service_counters.drain().throttled.values())
        return sum(counted) == 3

    until(throttled)
    emulator.front.faults.clear()
    assert visited == []


def test_visitors_who_wait_do_not_pile_up(emulator: Emulator) -> None:
    visitors = Visitors(emulator.world)
    gate = threading.Event()
    here: list[int] = []

    def waits() -> None:
        here.append(1)
        gate.wait(10)

    for _ in range(MOST + 4):
        visitors._send(waits)
    until(lambda: len(here) == MOST)
    assert not visitors._under_way.acquire(blocking=False)
    threading.Timer(0.01, gate.set).start()
    visitors.leave()
    assert gate.is_set()
    assert visitors._under_way._value == MOST


def test_nobody_comes_where_nothing_listens(emulator: Emulator) -> None:
    before = threading.active_count()
    Visitors(emulator.world).come("errors")
    assert threading.active_count() == before
