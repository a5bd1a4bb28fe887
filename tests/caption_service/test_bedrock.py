"""Bedrock, played by botocore's Stubber."""

import contextlib
import json
import threading
import time
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
    """Answers one model at once, and never another."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if "slow" in self.path:
            time.sleep(4)
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
def over_http(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Converse)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    yield Connections(Settings(endpoint_url=url, caption_seconds=1))
    server.shutdown()


def test_a_model_that_hangs_is_left_after_its_time(over_http: Connections) -> None:
    assert Bedrock(over_http, "quick").ask(b"jpeg") == "hello"
    with pytest.raises(Failed, match=r"^Timeout \(ReadTimeoutError\)$"):
        Bedrock(over_http, "slow").ask(b"jpeg")
