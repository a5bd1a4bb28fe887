"""A target of no real account, an AWS in this process, and servers that answer as told."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from scripted_aws import KEY, SECRET, ScriptedAws, scripted_aws

from opsctl.aws import Aws, backing_off
from opsctl.targets import Target, default_names

ACCOUNT = "123456789012"


def make_target(**changes: Any) -> Target:
    """`prod` in moto's account."""
    plain = Target(
        env="prod", account=ACCOUNT, region="eu-west-1", **default_names("prod", ACCOUNT)
    )
    return replace(plain, **changes)


@pytest.fixture
def target() -> Target:
    return make_target()


@pytest.fixture
def no_user_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own without any AWS settings: botocore reads both from the environment."""
    import os

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return tmp_path


@pytest.fixture
def aws(target: Target, no_user_files: Path) -> Iterator[Aws]:
    with mock_aws():
        yield Aws(target)


@dataclass
class Told:
    """A server on the loopback that gives the answers it was told, the last one again and again."""

    answers: list[tuple[int, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    url: str = ""
    date: datetime | None = None
    """What the Date header says; without it, the truth."""

    def answer(self, status: int, body: str, **headers: str) -> None:
        """The next answer."""
        self.answers.append((status, body))
        self.headers.update({name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def told() -> Iterator[Told]:
    it = Told()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            it.seen.append(f"{self.headers.get('X-Amz-Target', self.path)} {body}")
            status, text = it.answers.pop(0) if len(it.answers) > 1 else it.answers[0]
            self.send_response_only(status)
            self.send_header("Date", format_datetime(it.date or datetime.now(UTC), usegmt=True))
            for name, value in {"x-amzn-RequestId": "req-1", **it.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_HEAD = do_PUT = do_POST

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    it.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield it
    server.shutdown()
    server.server_close()


@pytest.fixture
def at_told(told: Told, no_user_files: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Aws]:
    """An Aws whose endpoint is the told server, with credentials from the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")

    def make(**words: Any) -> Aws:
        return Aws(make_target(endpoint_url=told.url), **words)

    return make


@pytest.fixture
def scripted(no_user_files: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedAws]:
    """A server that answers as told and checks signatures; nobody waits before another try."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setattr(backing_off, "FIRST_WAIT", 0.0)
    with scripted_aws() as it:
        yield it
    assert it.wrong == []


@pytest.fixture
def at_scripted(scripted: ScriptedAws) -> Callable[..., Aws]:
    """An Aws whose endpoint is the scripted server."""

    def make(debug: Callable[[str], None] | None = None, **changes: Any) -> Aws:
        return Aws(make_target(**{"endpoint_url": scripted.url, **changes}), debug=debug)

    return make
