"""Health checks of the load balancer: one task of the event loop for each target."""

from __future__ import annotations

import asyncio
import re
import socket

from opsctl.sandbox.target import Checked, Target
from opsctl.sandbox.world import World

STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?: [^\r\n]*)?\r?\n")
LONGEST_HEAD = 65_536
"""Bytes of headers; more is no answer of a health endpoint."""


async def check_for_ever(world: World) -> None:
    """Check every target, each in its own rhythm, until cancelled."""
    watched: dict[Target, asyncio.Task[None]] = {}
    try:
        while True:
            for target in world.fleet.targets:
                if target.state != "draining" and target not in watched:
                    watched[target] = asyncio.create_task(_watch(world, target))
            watched = {target: each for target, each in watched.items() if not each.done()}
            await asyncio.sleep(world.pace.tick)
    finally:
        for each in watched.values():
            each.cancel()


async def _watch(world: World, target: Target) -> None:
    """Check a target until it drains."""
    pace = world.pace
    while target.state != "draining":
        seen = await look(target, pace.health_timeout)
        target.observe(seen, pace)
        await asyncio.sleep(pace.healthy_interval if target.well else pace.health_interval)


async def look(target: Target, timeout: float) -> Checked:
    """What one health check of a target sees."""
    try:
        async with asyncio.timeout(timeout):
            return await _ask(target)
    except TimeoutError:
        return Checked(failure="timeout")


async def _ask(target: Target) -> Checked:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as connection:
        connection.setblocking(False)
        try:
            await loop.sock_connect(connection, ("127.0.0.1", target.local_port))
        except OSError:
            return Checked(failure="refused")
        try:
            await loop.sock_sendall(connection, _request(target))
            return Checked(code=await _status(connection))
        except (OSError, ValueError):
            return Checked(failure="error")


def _request(target: Target) -> bytes:
    lines = (
        f"GET {target.path} HTTP/1.1",
        f"Host: 127.0.0.1:{target.local_port}",
        "User-Agent: ELB-HealthChecker/2.0",
        "Accept: */*",
        "Connection: close",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


async def _status(connection: socket.socket) -> int:
    """The status of the answer, once its headers are whole. Raises ValueError where it is none."""
    loop = asyncio.get_running_loop()
    head = b""
    while True:
        while b"\r\n\r\n" not in head:
            content = await loop.sock_recv(connection, LONGEST_HEAD)
            head += content
            if not content or len(head) > LONGEST_HEAD:
                raise ValueError("the answer has no whole head")
            if b"\n" in head and not STATUS.match(head):
                raise ValueError("the answer is not HTTP")
        first = STATUS.match(head)
        if first is None:
            raise ValueError("the answer is not HTTP")
        if not first[1].startswith(b"1"):
            return int(first[1])
        head = head.partition(b"\r\n\r\n")[2]  # An interim answer: the final one follows it.
