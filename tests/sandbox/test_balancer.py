"""The load balancer forwards whole requests, and says itself when nobody can answer."""

from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from opsctl.sandbox.balancer import Balancer
from opsctl.sandbox.target import Target


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/hang-up":
            self.close_connection = True
            return
        found = {
            "method": self.command,
            "path": self.path,
            "body": body.decode(),
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "port": self.server.server_address[1],
        }
        content = json.dumps(found).encode()
        self.send_response(418 if self.path == "/teapot" else 200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_DELETE = do_HEAD = answer

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def echo() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def refusing_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Front:
    """A balancer with targets given by hand."""

    def __init__(self, account: Any) -> None:
        self.account = account
        account.serve()
        self.balancer = Balancer(account.world)
        self.url = self.balancer.start()
        self.client = httpx.Client(trust_env=False, base_url=self.url)
        account.world.balancer_counters.drain()

    def targets(self, *ports: int, state: str = "healthy") -> None:
        self.account.world.fleet.targets = tuple(
            Target(self.account.group, f"10.0.0.{port % 250}", 8501, port, "/", "200-499", state)
            for port in ports
        )

    def counted(self) -> Any:
        return self.account.world.balancer_counters.drain()[self.account.group]


@pytest.fixture
def front(account: Any) -> Iterator[Front]:
    made = Front(account)
    yield made
    made.client.close()
    made.balancer.stop()


def test_a_request_arrives_whole_and_says_where_it_came_from(front: Front) -> None:
    with echo() as port:
        front.targets(port)
        answer = front.client.post(
            "/a%2Fb?q=%20x", content=b"hello", headers={"X-Forwarded-For": "198.51.100.1"}
        )
        found = answer.json()
    assert (found["method"], found["path"], found["body"]) == ("POST", "/a%2Fb?q=%20x", "hello")
    assert found["headers"]["x-forwarded-for"] == "198.51.100.1, 127.0.0.1"
    assert found["headers"]["host"] == front.url.removeprefix("http://")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_healthy_targets_take_turns(front: Front) -> None:
    with echo() as first, echo() as second:
        front.targets(first, second)
        ports = [front.client.get("/").json()["port"] for _ in range(6)]
    assert ports.count(first) == ports.count(second) == 3


def test_targets_that_are_not_healthy_get_nothing(front: Front) -> None:
    with echo() as port:
        for state in ("initial", "unhealthy", "draining"):
            front.targets(port, state=state)
            assert front.client.get("/").status_code in (200, 503)
            if state == "draining":
                assert front.client.get("/").status_code == 503


def test_nobody_to_ask_is_503_and_counted_as_the_balancers(front: Front) -> None:
    front.targets()
    answer = front.client.get("/")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html")
    counted = front.counted()
    assert (counted.requests, counted.balancer_5xx, counted.by_target["5xx"]) == (1, 1, 0)


def test_a_target_that_refuses_the_connection_is_passed_over(front: Front) -> None:
    with echo() as port:
        front.targets(refusing_port(), port)
        assert [front.client.get("/").status_code for _ in range(4)] == [200] * 4


def test_a_target_that_hangs_up_is_502_and_not_asked_twice(front: Front) -> None:
    with echo() as first, echo() as second:
        front.targets(first, second)
        assert front.client.post("/hang-up").status_code == 502
    assert front.counted().balancer_5xx == 1


def test_answers_are_counted_by_their_class(front: Front) -> None:
    with echo() as port:
        front.targets(port)
        front.client.get("/")
        front.client.get("/teapot")
        assert front.client.head("/").content == b""
    counted = front.counted()
    assert (counted.by_target["2xx"], counted.by_target["4xx"], counted.requests) == (2, 1, 3)
    assert len(counted.response_times) == 3
