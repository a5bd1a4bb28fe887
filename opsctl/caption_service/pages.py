"""The pages of whoever is signed in: describe a picture, the history, delete data.

They work without scripts: each form is answered here with a page, by what the API does, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from opsctl.caption_service import assets, identifiers, me, rendering, sessions, sign_in
from opsctl.caption_service.api import Captions
from opsctl.caption_service.captioners import NotAPicture
from opsctl.caption_service.erasure import Erasure
from opsctl.caption_service.limits import MAX_UPLOAD, too_large
from opsctl.caption_service.rate_limit import WRITE
from opsctl.caption_service.sessions import COOKIE
from opsctl.caption_service.user_pool import Refused, Unavailable

PAGE_SIZE = 12
CONFIRMATION = "DELETE"
TOO_OLD = "The page was too old, or of another session. Nothing was changed: load it again."
ALL_DELETED = "All your data is deleted. Your account stays: sign in to begin anew."
_Token = Annotated[str, Form(max_length=128)]


@dataclass(frozen=True)
class Visitor:
    """Who looks at a page, and the token that the page's forms must bring back."""

    user: str
    csrf: str


class Pages:
    """Each method answers one request with a page, or leads to one."""

    def __init__(self, captions: Captions, erasure: Erasure) -> None:
        self.captions = captions
        self.erasure = erasure

    def front(self, request: Request, made: str = "") -> Response:
        """The upload page, with the captions just made; the sign-in page to a stranger."""
        visitor = signed_in(request)
        if isinstance(visitor, Response):
            return visitor
        record = None
        if identifiers.is_image_id(made):
            record = self.captions.records.get(visitor.user, made)
        return shown("upload", visitor, here=".", made=record)

    def upload(
        self, request: Request, csrf: _Token, file: Annotated[UploadFile, File()]
    ) -> Response:
        """Describe a picture, then lead to the page that shows it."""
        visitor = may_change(request, csrf)
        if isinstance(visitor, Response):
            return visitor
        try:
            sessions.paid(request, visitor.user, WRITE)
            record = self.captions.make(visitor.user, within_limit(file))
        except NotAPicture as problem:
            return refused("upload", visitor, HTTPException(415, str(problem)))
        except HTTPException as problem:
            return refused("upload", visitor, problem)
        return RedirectResponse(f".?made={record.image_id}", 303)

    def history(self, request: Request, cursor: str = "", deleted: bool = False) -> Response:
        """One page of captions, newest first."""
        visitor = signed_in(request)
        if isinstance(visitor, Response):
            return visitor
        after = cursor if identifiers.is_image_id(cursor) else ""
        found, following = self.captions.records.page(visitor.user, limit=PAGE_SIZE, after=after)
        return shown(
            "history",
            visitor,
            here="history",
            captions=found,
            cursor=after,
            after=following,
            deleted=deleted,
        )

    def delete(
        self, request: Request, csrf: _Token, image_id: Annotated[str, Form(max_length=64)]
    ) -> Response:
        """Delete one caption, then lead to the history."""
        visitor = may_change(request, csrf)
        if isinstance(visitor, Response):
            return visitor
        try:
            sessions.paid(request, visitor.user, WRITE)
            self.captions.delete(visitor.user, image_id)
        except HTTPException as problem:
            return refused("history", visitor, problem)
        return RedirectResponse("history?deleted=1", 303)

    def data(self, request: Request) -> Response:
        """What deleting all data means, and the form for it."""
        visitor = signed_in(request)
        return visitor if isinstance(visitor, Response) else shown("data", visitor, here="data")

    def erase(
        self, request: Request, csrf: _Token, confirm: Annotated[str, Form(max_length=64)]
    ) -> Response:
        """Delete all data of whoever typed DELETE, then show the sign-in page."""
        visitor = may_change(request, csrf)
        if isinstance(visitor, Response):
            return visitor
        try:
            sessions.paid(request, visitor.user, WRITE)
            if confirm.strip() != CONFIRMATION:
                raise HTTPException(
                    400, f"type {CONFIRMATION} in capital letters; nothing is deleted"
                )
            me.erased(self.erasure, visitor.user)
        except HTTPException as problem:
            return refused("data", visitor, problem)
        answer = sign_in.form(request, said=ALL_DELETED)
        me.sign_out(request, answer)
        return answer


def router(captions: Captions, erasure: Erasure) -> APIRouter:
    """`/`, `/upload`, `/history`, `/delete` and `/data`; with signing in and the static files."""
    pages, routes = Pages(captions, erasure), APIRouter(include_in_schema=False)
    routes.add_api_route("/", pages.front)
    routes.add_api_route("/upload", pages.upload, methods=["POST"])
    routes.add_api_route("/history", pages.history)
    routes.add_api_route("/delete", pages.delete, methods=["POST"])
    routes.add_api_route("/data", pages.data)
    routes.add_api_route("/data", pages.erase, methods=["POST"])
    everything = APIRouter()
    for part in (routes, sign_in.router(), assets.router()):
        everything.include_router(part)
    return everything


def signed_in(request: Request, *, fresh: bool = False) -> Visitor | Response:
    """Who looks, or the sign-in page for him."""
    cookie = request.cookies.get(COOKIE, "")
    if not cookie:
        return sign_in.form(request)
    own = sessions.of(request)
    try:
        return Visitor(own.user(cookie, fresh=fresh), own.csrf(cookie))
    except Refused as problem:
        return sign_in.form(request, str(problem))
    except Unavailable:
        return sign_in.form(request, sign_in.NOT_NOW, 503)


def may_change(request: Request, csrf: str) -> Visitor | Response:
    """Who changes something, by a form of his own session; else a page that says why not."""
    visitor = signed_in(request, fresh=True)
    if isinstance(visitor, Visitor):
        if not sessions.of(request).is_signed("csrf", request.cookies[COOKIE], csrf):
            return rendering.page("failed", 403, problem=TOO_OLD)
    elif visitor.status_code == 200:
        visitor.status_code = 401
    return visitor


def within_limit(file: UploadFile) -> bytes:
    """The bytes of an uploaded picture. Raises HTTPException 413."""
    content = file.file.read(MAX_UPLOAD + 1)
    if len(content) > MAX_UPLOAD:
        raise too_large()
    return content


def refused(name: str, visitor: Visitor, problem: HTTPException) -> Response:
    """A page with a sentence on what was refused."""
    here = "." if name == "upload" else name
    told = rendering.sentence(str(problem.detail))
    answer = shown(name, visitor, problem.status_code, here=here, problem=told)
    answer.headers.update(problem.headers or {})
    return answer


def shown(name: str, visitor: Visitor, status: int = 200, **values: object) -> Response:
    """A page of a visitor."""
    return rendering.page(name, status, user=visitor.user, csrf=visitor.csrf, **values)
