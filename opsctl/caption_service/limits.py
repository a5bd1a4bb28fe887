"""What every request passes: a size limit, a request id, one log line."""

from __future__ import annotations

import asyncio
import logging
import time

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from opsctl.caption_service import identifiers, json_log
from opsctl.caption_service.faults import SLOW_SECONDS, Faults

MAX_UPLOAD = 10 * 1024 * 1024
MAX_BODY = MAX_UPLOAD + 64 * 1024
"""A picture, and the multipart lines around it."""

HEALTH_PATH = "/_stcore/health"
log = logging.getLogger("caption_service.request")


def too_large() -> HTTPException:
    """The refusal of a picture over the limit."""
    return HTTPException(413, f"a picture may have at most {MAX_UPLOAD // 1024 // 1024} MB")


class BodyLimit:
    """Refuses a body that is too large: by its announced length, else by counting it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413."""
        length = Headers(scope=scope).get("content-length", "") if scope["type"] == "http" else ""
        if length.isdigit() and int(length) > MAX_BODY:
            refusal = JSONResponse({"detail": too_large().detail}, 413)
            await refusal(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MAX_BODY:
                raise too_large()
            return message

        await self.app(scope, counted, send)


class RequestLog:
    """Gives each request an id, answers it as X-Request-ID, and logs how it ended.

    It also makes the faults `slow`, `errors` and `oom`: here they are seen by every page alike.
    """

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app = app
        self.faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; anything but HTTP goes through untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.faults.run_out_of_memory_if_asked()
        own_id = identifiers.request_id(Headers(scope=scope).get("x-request-id", ""))
        token = json_log.request_id.set(own_id)
        # For whoever answers a failure: that is outside of here, when the id is no longer set.
        scope.setdefault("state", {})["request_id"] = own_id
        status, began = 500, time.perf_counter()

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = own_id
                headers["X-Content-Type-Options"] = "nosniff"
                if scope["path"].startswith("/api/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        try:
            if scope["path"] != HEALTH_PATH:
                if self.faults.slow:
                    await asyncio.sleep(SLOW_SECONDS)
                self.faults.fail_if_asked()
            await self.app(scope, receive, named)
        finally:
            _log(scope, status, time.perf_counter() - began)
            json_log.request_id.reset(token)


def _log(scope: Scope, status: int, seconds: float) -> None:
    # A health check every few hundred milliseconds would bury everything else.
    if scope["path"] == HEALTH_PATH and status == 200:
        return
    fields = {
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
    }
    level = logging.ERROR if status >= 500 else logging.INFO
    log.log(level, "%s %s %s", *list(fields.values())[:3], extra={"fields": fields})
