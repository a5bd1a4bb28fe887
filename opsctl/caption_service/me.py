"""What a user may do with all of his own data: delete it."""

from __future__ import annotations

import logging
from dataclasses import asdict

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel

from opsctl.caption_service import problems, sessions
from opsctl.caption_service.erasure import Erased, Erasure, NotErased
from opsctl.caption_service.sessions import COOKIE, Writer
from opsctl.caption_service.user_pool import Refused, Unavailable

ACCOUNT = "kept: the name and its password can still sign in; an administrator can delete them"
log = logging.getLogger("caption_service.erasure")


class Counts(BaseModel):
    """`object_versions` counts versions and delete markers of pictures and thumbnails."""

    object_versions: int
    uploads: int
    captions: int


class Deleted(BaseModel):
    """What was deleted; a second listing found nothing left."""

    deleted: Counts
    account: str = ACCOUNT


def router(erasure: Erasure) -> APIRouter:
    """`DELETE /api/me/data`."""
    routes = APIRouter(prefix="/api/me", tags=["me"], responses=problems.SIGNED_IN)

    @routes.delete("/data", responses=problems.of(403))
    def delete(user: Writer, request: Request, response: Response) -> Deleted:
        """Delete every picture in every version and every caption of yours, then sign out.

        The account stays. May be repeated: after a 503 the same request goes on.
        """
        done = erased(erasure, user)
        sign_out(request, response)
        return Deleted(deleted=Counts(**asdict(done)))

    return routes


def erased(erasure: Erasure, user: str) -> Erased:
    """Delete all data of a user. Raises HTTPException 503 when something is left."""
    try:
        done = erasure.erase(user)
    except NotErased as problem:
        log.error("data of a user is not all deleted: %s", problem)
        raise HTTPException(503, "not all is deleted yet: send the same again") from problem
    log.info("all data of a user is deleted", extra={"fields": asdict(done)})
    return done


def sign_out(request: Request, response: Response) -> None:
    """End every session of this one's user, and this browser's cookie in any case."""
    response.delete_cookie(COOKIE)
    try:
        sessions.of(request).end(request.cookies.get(COOKIE, ""))
    except (Refused, Unavailable) as problem:
        log.error("a user is signed out in his browser only: %s", problem)
