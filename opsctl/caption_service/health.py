"""Whether this task is well: its health, its readiness, its version."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse

from opsctl.caption_service.captioners import Captioner
from opsctl.caption_service.connections import Connections
from opsctl.caption_service.faults import Faults
from opsctl.caption_service.settings import Settings

STALE_SECONDS = 5.0
REFUSED_KEY = "bad-"
PLAIN: dict[int | str, dict[str, Any]] = {
    503: {"description": "must get no traffic", "content": {"text/plain": {}}}
}


def self_check(captioner: Captioner) -> str:
    """Describe a small picture made here. Answers what is wrong, or an empty text."""
    try:
        from PIL import Image

        out = io.BytesIO()
        Image.new("RGB", (8, 8), (40, 90, 205)).save(out, "PNG")
        caption = captioner.describe(out.getvalue())
    except Exception as error:
        return f"the captioner fails: {error}"
    return "" if "blue" in caption.concise else "the captioner does not see blue in a blue picture"


def key_problem(api_key: str) -> str:
    """What is wrong with the API key, without a call to anyone; empty when nothing is.

    A key that begins with REFUSED_KEY stands for one that the provider would refuse.
    """
    return "the provider refuses the API key" if api_key.startswith(REFUSED_KEY) else ""


class Readiness:
    """The dependencies, asked at most every STALE_SECONDS however often anyone looks."""

    def __init__(
        self,
        settings: Settings,
        connections: Connections,
        captioners: Callable[[], dict[str, str]] = dict,
    ) -> None:
        self.captioners = captioners
        self.checks: dict[str, Callable[[], Any]] = {
            "s3": lambda: connections.s3.head_bucket(Bucket=settings.bucket),
            "dynamodb": lambda: connections.dynamodb.describe_table(TableName=settings.table),
            "cognito": connections.cognito_answers,
        }
        self._seen: dict[str, tuple[float, str]] = {}

    def look(self) -> dict[str, dict[str, object]]:
        """Per dependency `{"ok", "age_seconds", "problem"}`."""
        return {name: self._state(name) for name in self.checks}

    def _state(self, name: str) -> dict[str, object]:
        at, problem = self._seen.get(name, (float("-inf"), ""))
        if time.monotonic() - at > STALE_SECONDS:
            at, problem = time.monotonic(), self._ask(name)
            self._seen[name] = (at, problem)
        age = round(time.monotonic() - at, 1)
        return {"ok": not problem, "age_seconds": age, "problem": problem}

    def _ask(self, name: str) -> str:
        try:
            self.checks[name]()
        except Exception as error:
            return type(error).__name__
        return ""


def router(settings: Settings, faults: Faults, readiness: Readiness, problem: str) -> APIRouter:
    """The three endpoints. `problem` is what the self-check at start-up found."""
    routes = APIRouter(tags=["health"])

    @routes.get("/_stcore/health", response_class=PlainTextResponse, responses=PLAIN)
    async def health() -> PlainTextResponse:
        """`ok`, or why this task must get no traffic. Asks no dependency: it is called often."""
        if faults.sick:
            return PlainTextResponse("sick on purpose", 500)
        if settings.missing:
            return PlainTextResponse(f"missing settings: {', '.join(settings.missing)}", 503)
        return PlainTextResponse(problem, 503) if problem else PlainTextResponse("ok")

    @routes.get("/readyz", responses={503: {"description": "a dependency fails"}})
    def ready() -> JSONResponse:
        """Each dependency with the age of what is known of it; 503 when one fails.

        `captioners` are the circuits of the providers: open ones do no harm, the embedded
        captioner answers then.
        """
        states = readiness.look()
        well = not settings.missing and not problem and all(s["ok"] for s in states.values())
        found = {"ready": well, "dependencies": states, "captioners": readiness.captioners()}
        return JSONResponse(found, 200 if well else 503)

    @routes.get("/version")
    async def version() -> dict[str, str]:
        """What runs here; `secret` tells API keys apart by 4 hex digits of their SHA-256."""
        return {
            "version": settings.version,
            "revision": settings.revision,
            "task": settings.task_id,
            "secret": settings.key_suffix,
        }

    return routes
