"""Refusals as the API documents them, and the one of a method."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.routing import Match

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


class Problem(BaseModel):
    """Why a request was refused, for a person."""

    detail: str


_WORDS = {
    400: "a cursor that this service did not make, or a body that cannot be read",
    401: "not signed in, or no more",
    403: "without the X-CSRF-Token of this session",
    404: "there is none, or it is somebody else's",
    413: "larger than 10 MB",
    415: "no JPEG, PNG or WebP",
    429: "too many requests; Retry-After says in how many seconds there may be more",
    503: "something that the service needs does not answer; the same request may be repeated",
}


def of(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's `responses` of these statuses."""
    return {it: {"model": Problem, "description": _WORDS[it]} for it in statuses}


SIGNED_IN = of(401, 429, 503)


async def not_allowed(request: Request, _error: Exception) -> JSONResponse:
    """405 with every method of the path: the router names only those of the first that fits."""
    allowed = [method for method in METHODS if _fits(request, method)]
    return JSONResponse({"detail": "method not allowed"}, 405, {"Allow": ", ".join(allowed)})


def _fits(request: Request, method: str) -> bool:
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes)
