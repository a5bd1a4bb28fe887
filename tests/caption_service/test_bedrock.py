"""Bedrock, played by botocore's Stubber."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.stub import ANY, Stubber

from opsctl.caption_service.bedrock import Bedrock
from opsctl.caption_service.captioners import Failed
from opsctl.caption_service.connections import Connections
from opsctl.caption_service.settings import Settings


@pytest.fixture
def connections(account: None) -> Connections:
    return Connections(Settings())


@pytest.fixture
def aws(connections: Connections) -> Iterator[Stubber]:
    with Stubber(connections.model_client("bedrock-runtime")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def answered(*content: object) -> dict[str, object]:
    return {
        "output": {"message": {"role": "assistant", "content": list(content)}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
        "metrics": {"latencyMs": 1},
    }


def test_the_picture_goes_as_an_image_block(connections: Connections, aws: Stubber) -> None:
    picture = {"image": {"format": "jpeg", "source": {"bytes": b"jpeg"}}}
    asked = {
        "modelId": "a.model",
        "messages": [{"role": "user", "content": [picture, {"text": ANY}]}],
        "inferenceConfig": {"maxTokens": 300},
    }
    thought = {"reasoningContent": {"reasoningText": {"text": "hm"}}}
    aws.add_response("converse", answered(thought, {"text": "a"}, {"text": "b"}), asked)

    assert Bedrock(connections, "a.model").ask(b"jpeg") == "ab"


def test_a_refusal_is_told_by_its_kind(connections: Connections, aws: Stubber) -> None:
    aws.add_client_error("converse", "AccessDeniedException", "no access to model", 403)

    with pytest.raises(Failed, match=r"^AccessDenied \(AccessDeniedException\)$"):
        Bedrock(connections, "a.model").ask(b"jpeg")


def test_it_tries_once_and_not_for_longer_than_a_caption_may_take(account: None) -> None:
    own = Connections(Settings(caption_seconds=5)).model_client("bedrock-runtime").meta.config

    assert (own.read_timeout, own.retries["total_max_attempts"]) == (5, 1)


class Converse(BaseHTTPRequestHandler):
    """Answers one model at once, and another only when nobody waits any more."""

    over: threading.Event

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if "slow" in self.path:
            self.over.wait()
        body = json.dumps(answered({"text": "hello"})).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    over = threading.Event()
    handler = type("Handler", (Converse,), {"over": over})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        over.set()
        server.shutdown()


def test_a_model_that_hangs_is_left_after_its_time(url: str) -> None:
    patient = Connections(Settings(endpoint_url=url))
    assert Bedrock(patient, "quick").ask(b"jpeg") == "hello"
    hurried = Connections(Settings(endpoint_url=url, caption_seconds=0.1))
    with pytest.raises(Failed, match=r"^Timeout \(ReadTimeoutError\)$"):
        Bedrock(hurried, "slow").ask(b"jpeg")
