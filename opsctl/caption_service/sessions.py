"""Sessions: a signed cookie around an access token, asked about again at each request."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Response

from opsctl.caption_service.rate_limit import READ, WRITE
from opsctl.caption_service.user_pool import Refused, SignedIn, Unavailable, UserPool

COOKIE = "session"
CSRF_HEADER = "X-CSRF-Token"
SEEN_SECONDS = 1.0
"""How long a read trusts the last answer of Cognito: a page asks for twenty pictures at once."""
MOST_SEEN = 1000


class Sessions:
    """Who is signed in. Nothing is kept here: any task can read what another one has signed."""

    def __init__(
        self, pool: UserPool, key: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.pool = pool
        self._key = (key or secrets.token_hex()).encode()
        self._clock = clock
        self._seen: dict[str, tuple[float, str]] = {}

    def signed(self, purpose: str, text: str) -> str:
        """The signature of a text, for one purpose only."""
        digest = hmac.new(self._key, f"{purpose}:{text}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def is_signed(self, purpose: str, text: str, signature: str) -> bool:
        """Whether a signature is ours."""
        return hmac.compare_digest(self.signed(purpose, text).encode(), signature.encode())

    def cookie(self, token: str) -> str:
        """The cookie's value for an access token."""
        return f"{token}.{self.signed('session', token)}"

    def csrf(self, cookie: str) -> str:
        """What a form or a request of this session must bring along."""
        return self.signed("csrf", cookie)

    def user(self, cookie: str, *, fresh: bool) -> str:
        """Whose session it is; `fresh` asks Cognito whatever is known. Raises Refused."""
        token, _, signature = cookie.rpartition(".")
        if not token or not self.is_signed("session", token, signature):
            raise Refused("sign in first")
        at, user = self._seen.get(token, (float("-inf"), ""))
        if fresh or self._clock() - at > SEEN_SECONDS:
            self._seen.pop(token, None)
            user = self.pool.user_of(token)
            if len(self._seen) >= MOST_SEEN:
                self._seen.clear()
            self._seen[token] = (self._clock(), user)
        return user

    def end(self, cookie: str) -> None:
        """Sign out everywhere: no token of this user counts any more. Raises Refused, Unavailable.

        What this task knew of the session is forgotten in any case.
        """
        token = cookie.rpartition(".")[0]
        self._seen.pop(token, None)
        self.pool.sign_out_everywhere(token)


def give(response: Response, request: Request, sessions: Sessions, signed_in: SignedIn) -> None:
    """Set the session's cookie: no script reads it, no other site sends it."""
    response.set_cookie(
        COOKIE,
        sessions.cookie(signed_in.token),
        max_age=signed_in.seconds,
        httponly=True,
        samesite="strict",
        secure=is_secure(request),
    )


def is_secure(request: Request) -> bool:
    """Whether the visitor came by HTTPS, also through a load balancer."""
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto", ""))


def of(request: Request) -> Sessions:
    """The application's sessions."""
    found: Sessions = request.app.state.sessions
    return found


def reader(request: Request) -> str:
    """The user of a request that only reads. Raises HTTPException 401, 429 or 503."""
    return paid(request, _user(request, fresh=False), READ)


def writer(request: Request) -> str:
    """The user of a request that changes something. Raises HTTPException 401, 403, 429 or 503."""
    cookie = request.cookies.get(COOKIE, "")
    user = _user(request, fresh=True)
    if not of(request).is_signed("csrf", cookie, request.headers.get(CSRF_HEADER, "")):
        raise HTTPException(403, f"{CSRF_HEADER} is missing or not of this session")
    return paid(request, user, WRITE)


def paid(request: Request, user: str, cost: int) -> str:
    """The same user, once he has paid READ or WRITE. Raises HTTPException 429."""
    wait = request.app.state.rate_limit.take(user, cost)
    if wait:
        detail = f"too many requests: try again in {wait} s"
        raise HTTPException(429, detail, {"Retry-After": str(wait)})
    return user


def _user(request: Request, *, fresh: bool) -> str:
    try:
        return of(request).user(request.cookies.get(COOKIE, ""), fresh=fresh)
    except Refused as problem:
        raise HTTPException(401, str(problem)) from problem
    except Unavailable as problem:
        raise HTTPException(503, "sign-in cannot be checked now") from problem


Reader = Annotated[str, Depends(reader)]
Writer = Annotated[str, Depends(writer)]
"""The user id, for an endpoint that reads, and for one that changes something."""
