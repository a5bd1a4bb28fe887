"""Signing in and out: the form for people, JSON for programs."""

from __future__ import annotations

import logging
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Body, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from opsctl.caption_service import problems, rendering, sessions
from opsctl.caption_service.sessions import COOKIE, Sessions
from opsctl.caption_service.user_pool import Refused, SignedIn, Unavailable

FORM_COOKIE = "form"
NOT_NOW = "signing in is not possible now"
_Name = Annotated[str, Form(max_length=128)]
_Password = Annotated[str, Form(max_length=256)]
_Token = Annotated[str, Form(max_length=128)]
log = logging.getLogger("caption_service.sign_in")


def router() -> APIRouter:
    """`/login`, `/logout` and `POST /api/login`."""
    routes = APIRouter()
    routes.add_api_route("/login", sign_in_page, include_in_schema=False)
    routes.add_api_route("/login", submit, methods=["POST"], include_in_schema=False)
    routes.add_api_route("/logout", leave, methods=["POST"], include_in_schema=False)
    routes.add_api_route(
        "/api/login",
        enter,
        methods=["POST"],
        tags=["sign-in"],
        responses=problems.of(400, 401, 503),
    )
    return routes


def sign_in_page(request: Request) -> Response:
    """The sign-in page."""
    return form(request)


def submit(request: Request, username: _Name, password: _Password, csrf: _Token) -> Response:
    """The sign-in form: to the application, or the form again with what is wrong."""
    own = sessions.of(request)
    nonce = request.cookies.get(FORM_COOKIE, "")
    if not nonce or not own.is_signed("form", nonce, csrf):
        return form(request, "the form was too old: try again", 403)
    try:
        signed_in = _proven(own, username, password)
    except HTTPException as problem:
        return form(request, problem.detail, problem.status_code)
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


def form(request: Request, problem: str = "", status: int = 200, said: str = "") -> Response:
    """The sign-in page, with what went wrong, or with what was just done."""
    nonce = secrets.token_urlsafe(16)
    token = sessions.of(request).signed("form", nonce)
    answer = rendering.page(
        "sign_in", status, form=token, said=said, problem=rendering.sentence(problem)
    )
    secure = sessions.is_secure(request)
    answer.set_cookie(FORM_COOKIE, nonce, httponly=True, samesite="strict", secure=secure)
    return answer


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
