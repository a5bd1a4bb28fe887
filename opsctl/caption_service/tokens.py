"""Access tokens: signed by the user pool, for this app client, and not expired."""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from opsctl.caption_service.settings import Settings

FRESH_SECONDS = 3600.0
"""How long keys are kept without a look at whether the pool has new ones."""
PAUSE_SECONDS = 10.0
"""Between two fetches at least: tokens with made-up key ids must not become traffic."""
LEEWAY_SECONDS = 30
LARGEST = 1 << 16
_ALGORITHMS = ["RS256"]
log = logging.getLogger("caption_service.tokens")


class BadToken(Exception):
    """This is no valid access token of the pool; the text says why, for the log."""


class NoKeys(Exception):
    """The pool's keys cannot be had, and none are known."""


class Keys:
    """The pool's public keys by key id, fetched when first needed and when an unknown id comes."""

    def __init__(
        self, fetch: Callable[[], dict[str, Any]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, Any] = {}
        self._asked = float("-inf")
        self._got = float("-inf")

    def get(self, key_id: str) -> Any:
        """The key of this id. Raises BadToken for an unknown one, NoKeys when there are none."""
        with self._lock:
            now = self._clock()
            stale = key_id not in self._keys or now - self._got > FRESH_SECONDS
            if stale and now - self._asked > PAUSE_SECONDS:
                self._asked = now
                self._renew()
            if not self._keys:
                raise NoKeys("the keys of the user pool cannot be fetched")
            if key_id not in self._keys:
                raise BadToken("signed with a key that the user pool does not have")
            return self._keys[key_id]

    def _renew(self) -> None:
        """Old keys stay when the pool does not answer: they are still the pool's."""
        from joserfc.jwk import RSAKey

        try:
            found = self._fetch()["keys"]
            keys = {one["kid"]: RSAKey.import_key(one) for one in found if one["kty"] == "RSA"}
        except Exception as error:  # whatever a network or a wrong document can raise
            log.error("the keys of the user pool cannot be fetched: %s", type(error).__name__)
            return
        self._keys, self._got = keys, self._clock()


class Tokens:
    """What makes a text an access token of this pool and this app client."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._keys = keys
        self._expected = {
            "iss": issuer(settings.user_pool),
            "client_id": settings.client_id,
            "token_use": "access",
        }

    def user_of(self, token: str) -> str:
        """The user that a token names. Raises BadToken or NoKeys."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        key = self._keys.get(_key_id(token))
        essential: dict[str, Any] = {
            name: {"essential": True, "value": value} for name, value in self._expected.items()
        }
        claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            exp={"essential": True},
            username={"essential": True},
            **essential,
        )
        try:
            found = jwt.decode(token, key, algorithms=_ALGORITHMS).claims
            claims.validate(found)
        except (JoseError, ValueError) as error:
            raise BadToken(f"{type(error).__name__}: {error}") from error
        return str(found["username"])


def warm_up() -> None:
    """Import what reads tokens, so that the first visitor need not wait for it."""
    import importlib

    importlib.import_module("joserfc.jwt")


def issuer(user_pool: str) -> str:
    """What tokens of a pool name as their issuer; the pool's id begins with its region."""
    return f"https://{_host(user_pool)}/{user_pool}"


def fetch(settings: Settings) -> dict[str, Any]:
    """The pool's key document, over the network. Raises httpx.HTTPError or ValueError."""
    import httpx

    base = settings.endpoint_url or f"https://{_host(settings.user_pool)}"
    url = settings.jwks_url or f"{base}/{settings.user_pool}/.well-known/jwks.json"
    answer = httpx.get(url, timeout=3.0)
    answer.raise_for_status()
    if len(answer.content) > LARGEST:
        raise ValueError("too long for a key document")
    return dict(answer.json())


def _host(user_pool: str) -> str:
    region = user_pool.partition("_")[0]
    return f"cognito-idp.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"


def _key_id(token: str) -> str:
    """The key id in a token's header, of which nothing else is believed."""
    try:
        head = base64.urlsafe_b64decode(f"{token.partition('.')[0]}===")
        return str(json.loads(head)["kid"])
    except (ValueError, LookupError, TypeError) as error:
        raise BadToken("not a signed token") from error
