"""The files beside the pages: the style, the scripts, the icon."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"


def router() -> APIRouter:
    """`/static/{name}`."""
    routes = APIRouter()
    routes.add_api_route("/static/{name}", read, include_in_schema=False)
    return routes


def address(name: str) -> str:
    """Where a page finds a file; another content has another address."""
    return f"static/{name}?v={_file(name)[1]}"


def read(request: Request, name: str, v: str = "") -> Response:
    """One file. Raises HTTPException 404 for a name that is none of ours."""
    try:
        content, digest = _file(name)
    except KeyError as error:
        raise HTTPException(404, "no such file") from error
    # While a release is rolled out, the other one's page may ask here for what it has itself:
    # only an answer to its own address may be kept.
    headers = {"ETag": f'"{digest}"', "Cache-Control": _FOREVER if v == digest else "no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    headers["X-Content-Type-Options"] = "nosniff"
    return Response(content, media_type=_TYPES[Path(name).suffix], headers=headers)


def _file(name: str) -> tuple[bytes, str]:
    """Content and digest (16 hex digits). Raises KeyError for a name that is none of ours."""
    return _files()[name]


@cache
def _files() -> dict[str, tuple[bytes, str]]:
    folder = Path(__file__).with_name("static")
    contents = {it.name: it.read_bytes() for it in folder.iterdir() if it.suffix in _TYPES}
    return {name: (it, hashlib.sha256(it).hexdigest()[:16]) for name, it in contents.items()}
