"""The service's public endpoint, asked as a user would ask it."""

from __future__ import annotations

import http.client
import time
import urllib.parse
from dataclasses import dataclass, field

from opsctl.aws.gateway import Gateway
from opsctl.plan import Progress

TIMEOUT = 5.0
"""Seconds for one request: a health check that hangs is a failed one."""
MOST_BYTES = 4096


@dataclass(frozen=True)
class Answer:
    """What one GET gave. `status` is 0 where nothing answered; `milliseconds` is the whole time."""

    url: str
    ok: bool
    status: int
    detail: str
    milliseconds: float = field(compare=False)


class Endpoint(Gateway):
    """Requests over HTTP(S), without credentials."""

    def health(self) -> Answer | None:
        """The health endpoint; None where the target names no `app_url`.

        Healthy is 200 with the body `ok`: a proxy's own page answers 200 as well.
        """
        target = self.aws.target
        if not target.app_url:
            return None
        return self.get(target.app_url + target.health_path, body="ok")

    def smoke(self) -> Answer | None:
        """The front page, as a first visitor sees it; None without `app_url`."""
        target = self.aws.target
        return self.get(target.app_url + "/") if target.app_url else None

    def answers(self) -> Progress:
        """Whether the health endpoint is healthy."""
        it = self.health()
        if it is None:
            return Progress(True, "not asked: opsctl.toml names no app_url")
        return Progress(it.ok, f"{it.detail} after {it.milliseconds:.0f} ms")

    def get(self, url: str, *, body: str = "") -> Answer:
        """One GET; `body` is what the answer must be, apart from white space."""
        began = time.perf_counter()
        try:
            status, text = _get(url)
        except (OSError, http.client.HTTPException, ValueError) as error:
            words = str(error) or type(error).__name__
            return Answer(url, False, 0, f"no answer: {words}", _since(began))
        ok = 200 <= status < 300 and (not body or text.strip() == body)
        detail = f"HTTP {status}"
        if 200 <= status < 300 and not ok:
            detail += f", but the body is not “{body}”"
        return Answer(url, ok, status, detail, _since(began))


def _get(url: str) -> tuple[int, str]:
    parts = urllib.parse.urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=TIMEOUT)
    try:
        connection.request("GET", parts.path or "/", headers={"User-Agent": "opsctl"})
        answer = connection.getresponse()
        return answer.status, answer.read(MOST_BYTES).decode(errors="replace")
    finally:
        connection.close()


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
