"""The sandbox as a protected environment of a file, with a calendar and somebody to tell."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import warm_opsctl
from running import RunningSandbox

from opsctl.targets import config_schema

ENV = "stage"


@dataclass
class Slack:
    """A webhook of this machine. `status` is what it answers, `texts` what it was told."""

    url: str = ""
    status: int = 200
    texts: list[str] = field(default_factory=list)


@contextmanager
def slack() -> Iterator[Slack]:
    """A webhook that keeps what it is told."""
    it = Slack()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            it.texts.append(json.loads(body)["text"])
            self.send_response(it.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    it.url = f"http://127.0.0.1:{server.server_address[1]}/services/T0/B0/hush"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield it
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class Lookalike:
    """opsctl against the sandbox through a file of its own, with records of its own."""

    sandbox: RunningSandbox
    folder: Path

    def write(self, *lines: str, protected: bool = True) -> None:
        """The file, with these lines beside where everything lies."""
        found, known = self.sandbox.found, config_schema.fields().keys()
        names = {key: it for key, it in found["names"].items() if key in known}
        places = {"account": found["account"], "region": found["region"], **names}
        text = [f"{key} = {json.dumps(it)}" for key, it in places.items()]
        text += [f'app_url = "{found["app_url"]}"', f'endpoint_url = "{found["endpoint"]}"']
        text += [f"protected = {str(protected).lower()}", *lines]
        (self.folder / "opsctl.toml").write_text("\n".join([f"[env.{ENV}]", *text, ""]))

    @property
    def environ(self) -> dict[str, str]:
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        places = {
            "OPSCTL_CONFIG": str(self.folder / "opsctl.toml"),
            "XDG_STATE_HOME": str(self.folder / "state"),
        }
        return {**self.sandbox.environ, **keys, **places}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "opsctl", *words, "-e", ENV]

    def opsctl(self, *words: str, text: str = "", **environ: str) -> Any:
        """One command, to its end, without a terminal."""
        everything = {**self.environ, **environ}
        words = (*words, "-e", ENV)
        return warm_opsctl.run(self.sandbox.warm, words, everything, text=text)


def closed_now(now: datetime | None = None) -> str:
    """A window that is not open within a day."""
    day = (now or datetime.now(UTC)) + timedelta(days=3)
    return f'windows = ["{day:%A} 02:00-04:00 UTC"]'


def open_now() -> str:
    """A window that is always open."""
    return 'windows = ["daily 00:00-24:00 UTC"]'
