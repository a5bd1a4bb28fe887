"""The smoke user: signs in, uploads, reads, deletes; and says which of them failed."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from opsctl.aws import Aws
from opsctl.aws.smoke import Tried, picture
from opsctl.sandbox.emulator import Emulator

PASSWORD = "correct-horse"
ID = "00000000000a-0123456789abcdef"


class Application(BaseHTTPRequestHandler):
    """A caption service of one user; `broken` is the request that it answers with 500."""

    broken = ""
    kept: set[str]
    caption = "A wide picture in blue"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self._is_broken():
            return
        if self.path == "/api/login":
            known = json.loads(body)
            well = known == {"username": "smoke", "password": PASSWORD}
            self._say(200 if well else 401, {"csrf": "token"} if well else {"detail": "wrong"})
        elif self._is_signed_in() and b"\x89PNG" in body:
            type(self).kept = {ID}
            self._say(201, {"image_id": ID, "concise_caption": type(self).caption})
        else:
            self._say(403, {"detail": "not of this session"})

    def do_GET(self) -> None:
        if not self._is_broken():
            found = self.path.rpartition("/")[2] in type(self).kept
            self._say(200 if found else 404, {})

    def do_DELETE(self) -> None:
        if not self._is_broken():
            type(self).kept = set()
            self._say(204 if self._is_signed_in() else 403, None)

    def _is_signed_in(self) -> bool:
        return self.headers["X-CSRF-Token"] == "token" and self.headers["Cookie"] == "session=s"

    def _is_broken(self) -> bool:
        if type(self).broken != f"{self.command} {self.path}":
            return False
        self._say(500, {"detail": "no luck"})
        return True

    def _say(self, status: int, document: object) -> None:
        content = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Set-Cookie", "session=s; HttpOnly; Path=/")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def app() -> Iterator[str]:
    Application.broken, Application.kept, Application.caption = "", set(), "A wide picture in blue"
    server = ThreadingHTTPServer(("127.0.0.1", 0), Application)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def door(local: Aws, emulator: Emulator, app: str) -> Aws:
    secret(local, "smoke-test", json.dumps({"password": PASSWORD}))
    return Aws(replace(local.target, app_url=app, smoke_user="smoke", smoke_secret="smoke-test"))


def secret(aws: Aws, name: str, text: str) -> None:
    client = aws.client("secretsmanager")
    with aws.changing():
        try:
            client.create_secret(Name=name, SecretString=text)
        except client.exceptions.ResourceExistsException:
            client.put_secret_value(SecretId=name, SecretString=text)


def outcomes(tried: tuple[Tried, ...]) -> list[bool | None]:
    return [it.ok for it in tried]


def test_a_user_who_is_served_leaves_nothing_behind(door: Aws) -> None:
    tried = door.smoke.passed_through()
    assert outcomes(tried) == [True] * 4
    assert "A wide picture in blue" in tried[1].detail
    assert Application.kept == set()


@pytest.mark.parametrize(
    ("broken", "expected", "said"),
    [
        ("POST /api/login", [False], "HTTP 500, not 200: no luck"),
        ("POST /api/captions", [True, False], "HTTP 500, not 201"),
        (f"GET /api/captions/{ID}", [True, True, False, False], "HTTP 500, not 200"),
        (f"DELETE /api/captions/{ID}", [True, True, True, False], "HTTP 500, not 204"),
    ],
)
def test_the_first_thing_that_fails_is_told_and_the_picture_is_deleted_all_the_same(
    door: Aws, broken: str, expected: list[bool], said: str
) -> None:
    Application.broken = broken
    tried = door.smoke.passed_through()
    assert outcomes(tried) == expected
    assert said in next(it.detail for it in tried if not it.ok)
    assert not Application.kept or broken.startswith("DELETE")


def test_an_empty_caption_is_no_caption(door: Aws) -> None:
    Application.caption = " "
    tried = door.smoke.passed_through()
    assert "empty" in tried[1].detail
    assert Application.kept == set()


def test_nobody_there_is_a_failure(door: Aws) -> None:
    gone = Aws(replace(door.target, app_url="http://127.0.0.1:9"))
    (tried,) = gone.smoke.passed_through()
    assert tried.ok is False
    assert "no answer" in tried.detail


@pytest.mark.parametrize(
    ("name", "text"),
    [("", ""), ("smoke-none", ""), ("smoke-other", '{"user": "x"}'), ("smoke-text", "plain")],
)
def test_without_a_password_it_is_unknown_and_nothing_is_tried(
    door: Aws, name: str, text: str
) -> None:
    if text:
        secret(door, name, text)
    elsewhere = Aws(replace(door.target, smoke_secret=name))
    (tried,) = elsewhere.smoke.passed_through()
    assert tried.ok is None
    assert PASSWORD not in tried.detail


def test_no_smoke_user_is_nothing_to_try(local: Aws, app: str) -> None:
    assert Aws(replace(local.target, app_url=app, smoke_user="")).smoke.passed_through() == ()
    assert Aws(replace(local.target, app_url="", smoke_user="x")).smoke.passed_through() == ()


def test_the_picture_is_one() -> None:
    assert Image.open(io.BytesIO(picture())).size == (48, 32)
