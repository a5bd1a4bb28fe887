"""A health check sees what a load balancer would."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from opsctl.sandbox.health import look
from opsctl.sandbox.target import Checked, Target


def seen(port: int, *, timeout: float = 2.0) -> Checked:
    target = Target("arn:group", "10.0.0.1", 8501, port, "/health", "200")

    async def once() -> Checked:
        async with httpx.AsyncClient(timeout=timeout, trust_env=False) as client:
            return await look(client, target)

    return asyncio.run(once())


@contextmanager
def listening(answer: bytes | None) -> Iterator[int]:
    """Answers one connection with these bytes; None never answers."""
    import threading

    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                if answer is None:
                    connection.recv(1000)
                else:
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_the_status_code_is_seen() -> None:
    with listening(b"HTTP/1.1 503 Oh\r\nContent-Length: 0\r\n\r\n") as port:
        assert seen(port) == Checked(code=503)


def test_nobody_listening_is_told_from_silence_and_from_nonsense() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    assert seen(free) == Checked(failure="refused")
    with listening(None) as port:
        assert seen(port, timeout=0.2) == Checked(failure="timeout")
    with listening(b"nonsense\r\n\r\n") as port:
        assert seen(port) == Checked(failure="error")
