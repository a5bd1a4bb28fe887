"""Hugging Face, played by a small HTTP server on this machine."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from opsctl.caption_service.captioners import Failed
from opsctl.caption_service.hugging_face import HuggingFace

CHAT = b'{"choices": [{"message": {"content": "text"}}]}'


class Router(BaseHTTPRequestHandler):
    """What it answers lies in the server: status, body, and whether the body trickles."""

    server: "Server"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        for at in range(0, len(self.server.body), self.server.step):
            self.wfile.write(self.server.body[at : at + self.server.step])
            self.wfile.flush()
            time.sleep(self.server.pause)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    status, body, step, pause = 200, CHAT, 65_536, 0.0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Router)
        self.seen: list[tuple[str, dict[str, object]]] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """The client may leave early: that is the point of some tests."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def model(server: Server, seconds: float = 5.0) -> HuggingFace:
    return HuggingFace(f"http://127.0.0.1:{server.server_port}/v1", "some/vlm", "hf_key", seconds)


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
    server.step, server.pause = 1, 0.05
    with pytest.raises(Failed, match="Timeout"):
        model(server, seconds=0.4).ask(b"jpeg")


def test_an_answer_without_end_is_a_bad_answer(server: Server) -> None:
    server.body = b"x" * (2 << 20)
    with pytest.raises(Failed, match="BadAnswer"):
        model(server).ask(b"jpeg")


def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(Failed, match=r"Unavailable \(ConnectError\)"):
        HuggingFace("http://127.0.0.1:9/v1", "m", "hf_key", 1.0).ask(b"jpeg")
