"""The smoke test: a user of our own signs in, uploads a picture, reads its caption, deletes it."""

from __future__ import annotations

import http.client
import http.cookies
import json
import secrets
import struct
import time
import urllib.parse
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from opsctl import errors
from opsctl.aws import secret_text
from opsctl.aws.gateway import Gateway

TIMEOUT = 20.0
"""Seconds for one request: a caption may need a model that starts."""
MOST_BYTES = 1_000_000
PASSWORD_KEY = "password"  # noqa: S105 - the name of a JSON key


@dataclass(frozen=True)
class Tried:
    """One thing a user does. `ok` is None where it could not be tried at all."""

    title: str
    ok: bool | None
    detail: str
    milliseconds: float = field(default=0.0, compare=False)


class Failed(Exception):
    """The application answered something else than a user needs; the text says what."""


class Smoke(Gateway):
    """What only a signed-in user sees, done as he does it. What it uploads it deletes again."""

    def passed_through(self) -> tuple[Tried, ...]:
        """Each thing that was tried, in order; nothing follows the first failure but the
        deletion of what was uploaded. Empty where the target names no smoke user.
        """
        target = self.aws.target
        if not (target.smoke_user and target.app_url):
            return ()
        try:
            password = self._password(target.smoke_secret)
        except errors.OpsctlError as error:
            return (Tried("smoke user signs in", None, error.message),)
        return _to_its_end(Visitor(target.app_url), target.smoke_user, password)

    def _password(self, secret: str) -> str:
        if not secret:
            raise errors.BadConfig("opsctl.toml names a smoke_user and no smoke_secret")
        from opsctl.aws.failures import translated

        with translated("secretsmanager:GetSecretValue", self.aws.target):
            answer = self.aws.client("secretsmanager").get_secret_value(SecretId=secret)
        found = secret_text.value(answer.get("SecretString"), PASSWORD_KEY)
        if not isinstance(found, str) or not found:
            raise errors.BadConfig(f"the secret {secret} has no JSON key “{PASSWORD_KEY}”")
        return found


class Visitor:
    """A browser's worth of HTTP: one address, its cookies, its CSRF token."""

    def __init__(self, address: str) -> None:
        self._parts = urllib.parse.urlsplit(address)
        self._cookies: dict[str, str] = {}
        self.csrf = ""

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, Any]:
        """(status, the JSON of the answer or its text). Raises Failed where nothing answers."""
        try:
            status, text = self._ask(method, path, body, kind)
        except (OSError, http.client.HTTPException) as error:
            raise Failed(f"no answer: {error or type(error).__name__}") from error
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, str]:
        secure = self._parts.scheme == "https"
        door = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = door(self._parts.netloc, timeout=TIMEOUT)
        try:
            where = self._parts.path.rstrip("/") + path
            connection.request(method, where, body=body or None, headers=self._headers(kind))
            answer = connection.getresponse()
            self._remember(answer.headers.get_all("Set-Cookie") or [])
            return answer.status, answer.read(MOST_BYTES).decode(errors="replace")
        finally:
            connection.close()

    def _headers(self, kind: str) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        offered = {"Cookie": cookies, "Content-Type": kind, "X-CSRF-Token": self.csrf}
        return {"User-Agent": "opsctl", **{name: it for name, it in offered.items() if it}}

    def _remember(self, lines: list[str]) -> None:
        for line in lines:
            for name, found in http.cookies.SimpleCookie(line).items():
                self._cookies[name] = found.value


def _to_its_end(visitor: Visitor, user: str, password: str) -> tuple[Tried, ...]:
    """The visit, in a thread that the program waits for before it ends.

    Reads are abandoned on Ctrl-C, or when another one fails; what was uploaded must be deleted.
    """
    from concurrent.futures import ThreadPoolExecutor

    aside = ThreadPoolExecutor(1, "smoke")
    try:
        return aside.submit(lambda: tuple(_visit(visitor, user, password))).result()
    finally:
        aside.shutdown(wait=False)


def _visit(visitor: Visitor, user: str, password: str) -> Iterator[Tried]:
    known = json.dumps({"username": user, "password": password}).encode()
    made: list[str] = []

    def enter() -> str:
        answer = _expect(200, *visitor.ask("POST", "/api/login", known, "application/json"))
        visitor.csrf = str(_part(answer, "csrf"))
        return "signed in"

    def upload() -> str:
        kind, body = _form("smoke.png", "image/png", picture())
        answer = _expect(201, *visitor.ask("POST", "/api/captions", body, kind))
        made.append(str(_part(answer, "image_id")))
        words = str(_part(answer, "concise_caption"))
        if not words.strip():
            raise Failed("the caption is empty")
        return f"captioned as “{words}”"

    def read() -> str:
        _expect(200, *visitor.ask("GET", f"/api/captions/{made[0]}"))
        return "found again"

    def delete() -> str:
        _expect(204, *visitor.ask("DELETE", f"/api/captions/{made[0]}"))
        _expect(404, *visitor.ask("GET", f"/api/captions/{made[0]}"))
        return "gone"

    well = True
    for title, step, needed in (
        ("smoke user signs in", enter, False),
        ("smoke user's picture gets a caption", upload, False),
        ("smoke user's caption is in the history", read, False),
        ("smoke user's caption is deleted", delete, True),
    ):
        if well or (needed and made):
            it = _tried(title, step)
            well = well and it.ok is True
            yield it


def _tried(title: str, step: Any) -> Tried:
    began = time.perf_counter()
    try:
        ok, detail = True, step()
    except Failed as problem:
        ok, detail = False, str(problem)
    return Tried(title, ok, detail, (time.perf_counter() - began) * 1000)


def _expect(wanted: int, status: int, answer: Any) -> Any:
    if status == wanted:
        return answer
    detail = answer.get("detail", "") if isinstance(answer, dict) else ""
    raise Failed(f"HTTP {status}, not {wanted}" + (f": {detail}" if detail else ""))


def _part(answer: Any, name: str) -> Any:
    if not isinstance(answer, dict) or name not in answer:
        raise Failed(f"the answer has no “{name}”")
    return answer[name]


def _form(name: str, kind: str, content: bytes) -> tuple[str, bytes]:
    """(content type, body) of a form with one file."""
    boundary = secrets.token_hex(16)
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body


def picture(width: int = 48, height: int = 32) -> bytes:
    """A small PNG, blue above and sand below."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = [
        b"\0" + (b"\x28\x5a\xcd" if row < height // 2 else b"\xe6\xd7\xaf") * width
        for row in range(height)
    ]
    data = zlib.compress(b"".join(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
