"""An AWS that answers as a test says, and refuses what is not rightly signed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from signatures import problem

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """Decoded."""
        raw = unquote_to_bytes(self.target.partition("?")[0])
        return raw.decode("utf-8", "surrogateescape")

    @property
    def query(self) -> dict[str, str]:
        """Decoded."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def operation(self) -> str:
        """What a service that speaks JSON is asked to do."""
        return self.headers.get("x-amz-target", "").rpartition(".")[2]


@dataclass
class Reply:
    """What is answered. `cut` closes the connection after so many bytes of the body."""

    body: str | bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None


def refusal(code: str, message: str = "because", status: int = 400, **headers: str) -> Reply:
    """An error as S3 writes it."""
    text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Reply(text, status, headers)


class ScriptedAws:
    """`answer` makes each reply; `asked` are the requests, `wrong` what their signatures lack."""

    def __init__(self) -> None:
        self.answer: Callable[[Asked], Reply] = lambda _: Reply()
        self.asked: list[Asked] = []
        self.wrong: list[str] = []
        self.url = ""

    def sent(self, method: str = "", name: str = "") -> list[Asked]:
        """Those with a method, those with a name in their query or of an operation."""
        return [
            it
            for it in self.asked
            if it.method == (method or it.method)
            and (not name or name in it.query or name == it.operation)
        ]


class _Handler(BaseHTTPRequestHandler):
    """Reads, checks, and gives the test's reply; connections are kept alive."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    aws: ScriptedAws

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, body)
        self.aws.asked.append(asked)
        wrong = problem(asked.method, asked.target, headers, body, SECRET)
        if wrong:
            self.aws.wrong.append(f"{asked.method} {asked.target}: {wrong}")
        self._reply(refusal("SignatureDoesNotMatch", status=403) if wrong else self._told(asked))

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _any

    def _told(self, asked: Asked) -> Reply:
        return self.aws.answer(asked)

    def _reply(self, reply: Reply) -> None:
        body = reply.body if isinstance(reply.body, bytes) else reply.body.encode()
        if reply.cut == 0:
            self.close_connection = True
            return
        self.send_response_only(reply.status)
        for name, value in {"x-amz-request-id": "req-1", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: reply.cut])
        self.close_connection = reply.cut is not None

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def scripted_aws() -> Iterator[ScriptedAws]:
    """One that listens."""
    aws = ScriptedAws()
    handler = type("Handler", (_Handler,), {"aws": aws})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    aws.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield aws
    finally:
        server.shutdown()
        server.server_close()
