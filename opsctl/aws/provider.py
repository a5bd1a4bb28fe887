"""The provider of an API key, asked whether it knows the key, before the key is put in place."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 5.0
"""Seconds."""


@dataclass(frozen=True)
class Verdict:
    """`known` None: the provider could not be asked. `detail` holds nothing of the key."""

    known: bool | None
    detail: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the key to another host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def ask(url: str, key: str) -> Verdict:
    """GETs `url` with the key as bearer token: 200 with a JSON object that names its owner."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        return Verdict(None, f"{url} is not https")
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})  # noqa: S310
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            return Verdict(True, _owner(answer.read(65_536)))
    except urllib.error.HTTPError as error:
        if error.code in (401, 403):
            return Verdict(False, f"{parts.hostname} answered {error.code}")
        return Verdict(None, f"{parts.hostname} answered {error.code}")
    except (OSError, ValueError) as error:
        # The kind only: a text about a request that cannot be sent may hold its headers.
        return Verdict(None, f"{parts.hostname} does not answer ({type(error).__name__})")


def _owner(body: bytes) -> str:
    try:
        name = json.loads(body).get("name", "")
    except (ValueError, AttributeError):
        return ""
    return str(name)[:80]
