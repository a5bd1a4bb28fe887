"""An incoming webhook as Slack has it: a text is posted to an address that is itself a secret.

No message here holds the address, nor a part of its path.
"""

from __future__ import annotations

import http.client
import json
import ssl
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from opsctl.errors import BadConfig, Unreachable

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the text elsewhere, and by GET."""

    def redirect_request(self, *_: Any) -> None:
        return None


def check(address: str) -> str:
    """The address again, when it can be used. Raises BadConfig: https, or http on this machine."""
    try:
        parts = urllib.parse.urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urllib.parse.urlsplit("")
    plain = address.isascii() and address.isprintable() and " " not in address
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not (host and plain and secure):
        raise BadConfig(
            "the webhook's address is not usable",
            hint="It is what Slack shows as “Webhook URL”, and begins with https://",
        )
    return address


def post(address: str, text: str, timeout: float) -> None:
    """Posts a text. Raises Unreachable, saying how it was answered, and BadConfig by `check`."""
    # Slack reads <!channel> and <address|words> where these three are not escaped.
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    request = urllib.request.Request(  # noqa: S310 - `check` lets through https and this machine
        check(address),
        data=json.dumps({"text": plain}).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "opsctl"},
        method="POST",
    )
    handlers: list[Any] = [_NoRedirect, urllib.request.HTTPSHandler(context=_context())]
    if address.lower().startswith("http:"):
        handlers.append(urllib.request.ProxyHandler({}))
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=timeout) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        raise Unreachable(f"it answered HTTP {error.code}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(_words(error, timeout)) from None


def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _words(error: Exception, timeout: float) -> str:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return f"no answer within {timeout:g} s"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {reason.verify_message}"
    words = reason.strerror if isinstance(reason, OSError) else ""
    return f"it does not answer: {words or type(reason).__name__}"
