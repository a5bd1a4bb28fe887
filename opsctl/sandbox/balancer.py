"""The load balancer: an ASGI reverse proxy over the healthy targets of the service."""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import httpx
import uvicorn

from opsctl.sandbox.health import check_for_ever
from opsctl.sandbox.target import Target
from opsctl.sandbox.world import World

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

IDLE_TIMEOUT = 60.0
KEEP_ALIVE = 4.0
"""Less than the targets', so that a pooled connection is never one that they are closing."""
HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding "
    b"upgrade".split()
)
TITLES = {502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}


class Balancer:
    """One listener on a free port of 127.0.0.1, with the health checks on the same event loop."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._turn = itertools.count()
        self._client: httpx.AsyncClient
        config = uvicorn.Config(
            self,
            host="127.0.0.1",
            port=0,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=60,
        )
        self._server = uvicorn.Server(config)
        self._socket = config.bind_socket()
        self._socket.listen(512)  # A request that comes before the event loop runs waits.
        self._thread = threading.Thread(target=self._run, name="balancer", daemon=True)

    def start(self) -> str:
        """Listen; answers the URL and writes it to `world.app_url`."""
        self._world.app_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread.start()
        return self._world.app_url

    def stop(self) -> None:
        """Stop listening."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(timeout=5)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        if importlib.util.find_spec("sniffio") is None:
            # httpcore looks for it in every folder of the path, twice for each request.
            sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
        limits = httpx.Limits(
            max_connections=None, max_keepalive_connections=100, keepalive_expiry=KEEP_ALIVE
        )
        timeout = httpx.Timeout(IDLE_TIMEOUT, connect=2.0, pool=IDLE_TIMEOUT)
        async with httpx.AsyncClient(limits=limits, timeout=timeout, trust_env=False) as client:
            self._client = client
            checks = asyncio.create_task(check_for_ever(self._world))
            try:
                await self._server.serve(sockets=[self._socket])
            finally:
                checks.cancel()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Forward one request (ASGI)."""
        if scope["type"] != "http":
            return
        body = await _body(receive)
        group = self._target_group()
        # A target that refuses the connection has not seen the request: another may have it.
        for target in self._in_turn(group):
            target.in_flight += 1
            try:
                status = await self._forward(scope, body, target, send)
                if status:
                    return
            finally:
                target.in_flight -= 1
        self._world.balancer_counters.failed(group)
        await _refuse(send, 503)

    async def _forward(self, scope: Any, body: bytes, target: Target, send: Send) -> int:
        """The status that was answered; 0 when the connection was refused."""
        counters = self._world.balancer_counters
        began = time.perf_counter()
        try:
            answer = await self._client.send(_request(scope, body, target), stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return 0
        except httpx.TimeoutException:
            return await self._failed(target, send, 504)
        except httpx.HTTPError:
            return await self._failed(target, send, 502)
        try:
            await _relay(answer, send)
        finally:
            await answer.aclose()
        counters.answered(target.group, answer.status_code, time.perf_counter() - began)
        return answer.status_code

    async def _failed(self, target: Target, send: Send, status: int) -> int:
        self._world.balancer_counters.failed(target.group)
        await _refuse(send, status)
        return status

    def _target_group(self) -> str:
        names = self._world.names
        service = self._world.fleet.service(names.cluster, names.service)
        return service.target_group if service else ""

    def _in_turn(self, group: str) -> Iterable[Target]:
        healthy = [
            it for it in self._world.fleet.targets if it.group == group and it.state == "healthy"
        ]
        start = next(self._turn) % len(healthy) if healthy else 0
        return healthy[start:] + healthy[:start]


async def _body(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


def _request(scope: Any, body: bytes, target: Target) -> httpx.Request:
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string", b"")
    url = httpx.URL(
        scheme="http",
        host="127.0.0.1",
        port=target.local_port,
        raw_path=path + (b"?" + query if query else b""),
    )
    return httpx.Request(scope["method"], url, headers=_forwarded(scope), content=body or None)


def _forwarded(scope: Any) -> Headers:
    client = (scope.get("client") or ("127.0.0.1", 0))[0].encode()
    headers = _end_to_end(scope["headers"])
    before = b", ".join(value for name, value in headers if name == b"x-forwarded-for")
    kept = [it for it in headers if not it[0].startswith(b"x-forwarded-")]
    port = str((scope.get("server") or ("", 80))[1]).encode()
    return [
        *kept,
        (b"x-forwarded-for", before + b", " + client if before else client),
        (b"x-forwarded-proto", b"http"),
        (b"x-forwarded-port", port),
    ]


def _end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers that are not of this connection alone."""
    return [(name.lower(), value) for name, value in headers if name.lower() not in HOP_BY_HOP]


async def _relay(answer: httpx.Response, send: Send) -> None:
    headers = _end_to_end(answer.headers.raw)
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    async for chunk in answer.aiter_raw():
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _refuse(send: Send, status: int) -> None:
    title = f"{status} {TITLES[status]}"
    body = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>".encode()
    headers = [(b"content-type", b"text/html"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
