"""The pages: sign in, the application, sign out; and the sign-in of the API."""

from __future__ import annotations

import html
import logging
import secrets
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Body, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from opsctl.caption_service import sessions
from opsctl.caption_service.sessions import COOKIE, Sessions
from opsctl.caption_service.user_pool import Refused, SignedIn, Unavailable

FORM_COOKIE = "form"
NOT_NOW = "signing in is not possible now"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; " + (
    "img-src blob:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_Name = Annotated[str, Form(max_length=128)]
_Password = Annotated[str, Form(max_length=256)]
_Token = Annotated[str, Form(max_length=128)]
log = logging.getLogger("caption_service.sign_in")


def router() -> APIRouter:
    """`/`, `/login`, `/logout` and `POST /api/login`."""
    routes = APIRouter()
    routes.add_api_route("/", front, include_in_schema=False)
    routes.add_api_route("/login", sign_in_page, include_in_schema=False)
    routes.add_api_route("/login", submit, methods=["POST"], include_in_schema=False)
    routes.add_api_route("/logout", leave, methods=["POST"], include_in_schema=False)
    routes.add_api_route("/api/login", enter, methods=["POST"], tags=["sign-in"])
    return routes


def front(request: Request) -> Response:
    """The application to whoever is signed in, the sign-in page to every other visitor."""
    cookie = request.cookies.get(COOKIE, "")
    try:
        user = sessions.of(request).user(cookie, fresh=False) if cookie else ""
    except (Refused, Unavailable) as problem:
        return _sign_in_page(request, str(problem) if isinstance(problem, Refused) else NOT_NOW)
    if not user:
        return _sign_in_page(request)
    return _page("page.html", user=user, csrf=sessions.of(request).csrf(cookie))


def sign_in_page(request: Request) -> Response:
    """The sign-in page."""
    return _sign_in_page(request)


def submit(request: Request, username: _Name, password: _Password, csrf: _Token) -> Response:
    """The sign-in form: to the application, or the form again with what is wrong."""
    own = sessions.of(request)
    nonce = request.cookies.get(FORM_COOKIE, "")
    if not nonce or not own.is_signed("form", nonce, csrf):
        return _sign_in_page(request, "the form was too old: try again", 403)
    try:
        signed_in = _proven(own, username, password)
    except HTTPException as problem:
        return _sign_in_page(request, problem.detail, problem.status_code)
    answer = RedirectResponse(".", 303)
    sessions.give(answer, request, own, signed_in)
    answer.delete_cookie(FORM_COOKIE)
    return answer


def leave(request: Request, csrf: _Token) -> Response:
    """Sign out on this machine."""
    cookie = request.cookies.get(COOKIE, "")
    if not sessions.of(request).is_signed("csrf", cookie, csrf):
        raise HTTPException(403, "the form is not of this session")
    answer = RedirectResponse(".", 303)
    answer.delete_cookie(COOKIE)
    return answer


def enter(
    request: Request,
    response: Response,
    username: Annotated[str, Body(max_length=128)],
    password: Annotated[str, Body(max_length=256)],
) -> dict[str, Any]:
    """Sign in: a cookie, and `csrf` for the header X-CSRF-Token of requests that change something.

    401 for a wrong password or a disabled user, 503 when Cognito refuses this service.
    """
    own = sessions.of(request)
    signed_in = _proven(own, username, password)
    sessions.give(response, request, own, signed_in)
    csrf = own.csrf(own.cookie(signed_in.token))
    return {"user": signed_in.user, "expires_in": signed_in.seconds, "csrf": csrf}


def _proven(own: Sessions, username: str, password: str) -> SignedIn:
    try:
        signed_in = own.pool.sign_in(username, password)
    except Refused as problem:
        # Not by name: people type their password into the wrong field.
        log.warning("a sign-in was refused: %s", problem)
        raise HTTPException(401, str(problem)) from problem
    except Unavailable as problem:
        log.error("nobody can sign in: %s", problem)
        raise HTTPException(503, NOT_NOW) from problem
    log.info("signed in", extra={"fields": {"user": signed_in.user}})
    return signed_in


def _sign_in_page(request: Request, problem: str = "", status: int = 200) -> Response:
    nonce = secrets.token_urlsafe(16)
    answer = _page(
        "sign_in.html",
        status,
        csrf=sessions.of(request).signed("form", nonce),
        problem=problem[:1].upper() + problem[1:],
    )
    secure = sessions.is_secure(request)
    answer.set_cookie(FORM_COOKIE, nonce, httponly=True, samesite="strict", secure=secure)
    return answer


def _page(name: str, status: int = 200, **values: str) -> HTMLResponse:
    text = _template(name)
    for key, value in values.items():
        text = text.replace(f"{{{{{key}}}}}", html.escape(value))
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(text, status, headers)


@cache
def _template(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")
