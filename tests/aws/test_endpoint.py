"""The public endpoint: healthy is 200 with just `ok`, and a hang is a failure."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from opsctl.aws import Aws
from opsctl.targets import Target


class Site(BaseHTTPRequestHandler):
    """Answers as the path says: /200/ok."""

    def do_GET(self) -> None:
        _, code, body = (*self.path.split("/", 2), "", "")[:3]
        self.send_response(int(code or 200))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def door(target: Target, url: str, path: str) -> Aws:
    return Aws(replace(target, app_url=url, health_path=path))


@pytest.mark.parametrize(
    ("path", "ok", "detail"),
    [
        ("/200/ok", True, "HTTP 200"),
        ("/200/<html>", False, "the body is not “ok”"),
        ("/500/ok", False, "HTTP 500"),
        ("/302/ok", False, "HTTP 302"),
    ],
)
def test_only_200_with_ok_is_healthy(
    target: Target, site: str, path: str, ok: bool, detail: str
) -> None:
    aws = door(target, site, path)
    answer = aws.endpoint.health()
    assert answer
    assert answer.ok is ok
    assert detail in answer.detail
    assert aws.endpoint.answers().done is ok


def test_nobody_listening_is_an_answer_and_no_crash(target: Target) -> None:
    answer = door(target, "http://127.0.0.1:1", "/x").endpoint.health()
    assert answer
    assert (answer.ok, answer.status) == (False, 0)
    assert "no answer" in answer.detail


def test_without_an_app_url_there_is_nothing_to_ask(target: Target) -> None:
    aws = door(target, "", "/x")
    assert aws.endpoint.health() is None
    assert aws.endpoint.smoke() is None
    assert aws.endpoint.answers().done


def test_the_smoke_request_is_the_front_page(target: Target, site: str) -> None:
    answer = door(target, site, "/x").endpoint.smoke()
    assert answer
    assert answer.ok
