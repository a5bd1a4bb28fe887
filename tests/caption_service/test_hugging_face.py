"""Hugging Face, played by a small HTTP server on this machine."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from opsctl.caption_service.captioners import Failed
from opsctl.caption_service.hugging_face import HuggingFace

CHAT = b'{"choices": [{"message": {"content": "text"}}]}'


class Router(BaseHTTPRequestHandler):
    """What it answers lies in the server: status, body, and what must happen before its end."""

    server: "Server"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        self.wfile.write(self.server.body[:1])
        self.wfile.flush()
        self.server.rest.wait()
        self.wfile.write(self.server.body[1:])

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    status, body = 200, CHAT

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Router)
        self.seen: list[tuple[str, dict[str, object]]] = []
        self.rest = threading.Event()
        self.rest.set()

    def handle_error(self, request: object, client_address: object) -> None:
        """The client may leave early: that is the point of some tests."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        made.rest.set()
        made.shutdown()


def address(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}/v1"


def model(server: Server) -> HuggingFace:
    return HuggingFace(address(server), "some/vlm", "hf_key", 5.0)


def test_it_is_asked_with_the_key_and_answers_text(server: Server) -> None:
    assert model(server).ask(b"jpeg") == "text"
    ((authorization, question),) = server.seen
    assert (authorization, question["model"]) == ("Bearer hf_key", "some/vlm")


@pytest.mark.parametrize(
    ("status", "kind"), [(401, "AccessDenied"), (429, "Throttling"), (503, "Unavailable")]
)
def test_a_refusal_has_a_kind_and_keeps_the_key_to_itself(
    server: Server, status: int, kind: str
) -> None:
    server.status = status
    with pytest.raises(Failed) as raised:
        model(server).ask(b"jpeg")
    assert str(raised.value) == f"{kind} (HTTP {status})"


def test_the_key_does_not_follow_a_redirect(server: Server) -> None:
    server.status = 307
    with pytest.raises(Failed, match=r"Refused \(HTTP 307\)"):
        model(server).ask(b"jpeg")


def test_an_answer_that_trickles_is_cut_off(server: Server) -> None:
    server.rest.clear()
    clock = iter([0.0, 5.1])
    own = HuggingFace(address(server), "some/vlm", "hf_key", 5.0, lambda: next(clock))
    with pytest.raises(Failed, match=r"Timeout \(the answer trickles\)"):
        own.ask(b"jpeg")


def test_an_answer_without_end_is_a_bad_answer(server: Server) -> None:
    server.body = b"x" * (2 << 20)
    with pytest.raises(Failed, match="BadAnswer"):
        model(server).ask(b"jpeg")


def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(Failed, match=r"Unavailable \(ConnectError\)"):
        HuggingFace("http://127.0.0.1:9/v1", "m", "hf_key", 1.0).ask(b"jpeg")
