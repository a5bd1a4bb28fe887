"""A health check sees what a load balancer would."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from opsctl.sandbox import health
from opsctl.sandbox.health import look
from opsctl.sandbox.pace import Pace
from opsctl.sandbox.target import Checked, Target


def target_at(port: int) -> Target:
    return Target("arn:group", "10.0.0.1", 8501, port, "/health", "200")


def seen(port: int, *, timeout: float = 5.0) -> Checked:
    return asyncio.run(look(target_at(port), timeout))


@contextmanager
def listening(*answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Answers one connection with these pieces, or never; the port, and what was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                asked.append(connection.recv(1000))
                for piece in answer:
                    connection.sendall(piece)
                if not answer:
                    connection.recv(1000)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], asked
        thread.join()


def test_a_check_is_a_whole_request_of_its_own_connection() -> None:
    with listening(b"HTTP/1.1 503 Oh\r\nContent-Length: 0\r\n\r\n") as (port, asked):
        assert seen(port) == Checked(code=503)
    lines = asked[0].decode().split("\r\n")
    assert lines[0] == "GET /health HTTP/1.1"
    assert {f"Host: 127.0.0.1:{port}", "User-Agent: ELB-HealthChecker/2.0"} < set(lines)
    assert "Connection: close" in lines
    assert lines[-2:] == ["", ""]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((b"HTTP/1.0 200\r\n\r\n",), Checked(code=200)),
        ((b"HTTP/1.1 20", b"0 OK\r\nA: b\r", b"\n\r\nok"), Checked(code=200)),
        ((b"HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 404 No\r\n\r\n",), Checked(code=404)),
        ((b"nonsense\r\n\r\n",), Checked(failure="error")),
        ((b"nonsense\n",), Checked(failure="error")),
        ((b"HTTP/1.1 2000 OK\r\n\r\n",), Checked(failure="error")),
        ((b"HTTP/1.1 200 OK\r\nA: b",), Checked(failure="error")),
        ((b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 12_000), Checked(failure="error")),
        ((b"",), Checked(failure="error")),
    ],
)
def test_only_a_whole_head_is_an_answer(answer: tuple[bytes, ...], expected: Checked) -> None:
    with listening(*answer) as (port, _):
        assert seen(port) == expected


def test_nobody_listening_is_told_from_silence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    assert seen(free) == Checked(failure="refused")
    with listening() as (port, _):
        assert seen(port, timeout=0.05) == Checked(failure="timeout")


def test_each_target_is_checked_until_it_drains(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once when it is new, more seldom when it is healthy; a slow one holds no other back."""
    first, slow = target_at(1), target_at(2)
    world: Any = SimpleNamespace(
        pace=Pace(tick=0.001, health_interval=0.001, healthy_interval=0.002),
        fleet=SimpleNamespace(targets=(slow,)),
    )
    waits: list[float] = []
    checked: list[Target] = []
    sleep = asyncio.sleep

    async def noting(seconds: float) -> None:
        waits.append(seconds)
        await sleep(seconds)

    async def checking(target: Target, _timeout: float) -> Checked:
        checked.append(target)
        if target is slow:
            await asyncio.Event().wait()
        if len(checked) == 5:
            target.drain()
        return Checked(code=200)

    async def run() -> None:
        before = asyncio.all_tasks()
        checks = asyncio.create_task(health.check_for_ever(world))
        while slow not in checked:
            await sleep(0)
        world.fleet.targets = (slow, first)
        while first.state != "draining":
            await sleep(0)
        checks.cancel()
        await asyncio.gather(checks, return_exceptions=True)
        assert asyncio.all_tasks() == before

    monkeypatch.setattr(health, "look", checking)
    monkeypatch.setattr(health.asyncio, "sleep", noting)
    asyncio.run(asyncio.wait_for(run(), 10))
    assert checked == [slow, first, first, first, first]
    assert waits.count(world.pace.healthy_interval) == 2
