"""The caption API: upload a picture, read the history, delete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, File, HTTPException, Query, Response, UploadFile
from pydantic import BaseModel

from opsctl.caption_service import identifiers, metadata, pictures, problems
from opsctl.caption_service.captioners import Captioner, NotAPicture
from opsctl.caption_service.images import Images, folder
from opsctl.caption_service.limits import MAX_UPLOAD, too_large
from opsctl.caption_service.records import Record, Records
from opsctl.caption_service.sessions import Reader, Writer


@dataclass(frozen=True, kw_only=True)
class Links:
    """Whoever has such an address may read the picture for `expires_in` seconds."""

    original: str
    thumbnail: str
    expires_in: int


class History(BaseModel):
    """One page of captions, newest first."""

    captions: list[Record]
    next: str | None


class Captions:
    """What can be done with captions, by one user at a time."""

    def __init__(
        self, captioner: Captioner, images: Images, records: Records, link_seconds: int
    ) -> None:
        self.captioner = captioner
        self.images = images
        self.records = records
        self.link_seconds = link_seconds

    def make(self, user_id: str, content: bytes) -> Record:
        """Describe a picture and keep it. The record goes last: it never points at nothing."""
        caption = self.captioner.describe(content)
        with pictures.ONE_AT_A_TIME:
            picture = pictures.opened(content)
            kept, small = metadata.stripped(content, picture), pictures.thumbnail(picture)
        extension, content_type = pictures.kind(picture)
        image_id = identifiers.new_image_id()
        place = folder(user_id, image_id)
        record = Record(
            image_id=image_id,
            user_id=user_id,
            concise_caption=caption.concise,
            creative_caption=caption.creative,
            labels=list(caption.labels),
            model=caption.model,
            provider=caption.provider,
            confidence=caption.confidence,
            timestamp=datetime.now(UTC).isoformat(timespec="milliseconds"),
            s3_url=self.images.put(place, f"original.{extension}", kept, content_type),
            thumbnail_url=self.images.put(place, "thumbnail.jpg", small, "image/jpeg"),
            content_type=content_type,
        )
        self.records.put(record)
        return record

    def found(self, user_id: str, image_id: str) -> Record:
        """One caption of this user's own. Raises HTTPException 404, also for somebody else's."""
        record = self.records.get(user_id, image_id) if identifiers.is_image_id(image_id) else None
        if record is None:
            raise HTTPException(404, "no such caption")
        return record

    def links(self, user_id: str, image_id: str) -> Links:
        """Addresses of a picture of this user's own. Raises HTTPException 404."""
        original = self.found(user_id, image_id).s3_url.rpartition("/")[2]
        place = folder(user_id, image_id)
        return Links(
            original=self.images.link(f"{place}{original}", self.link_seconds),
            thumbnail=self.images.link(f"{place}thumbnail.jpg", self.link_seconds),
            expires_in=self.link_seconds,
        )

    def delete(self, user_id: str, image_id: str) -> None:
        """Delete every version of the objects, then the record: a failure can be repeated."""
        self.found(user_id, image_id)
        self.images.delete_all_versions(folder(user_id, image_id))
        self.records.delete(user_id, image_id)


def router(captions: Captions) -> APIRouter:
    """The endpoints under `/api/captions`."""
    routes = APIRouter(prefix="/api/captions", tags=["captions"], responses=problems.SIGNED_IN)
    _changing(routes, captions)
    _reading(routes, captions)
    return routes


def _changing(routes: APIRouter, captions: Captions) -> None:
    @routes.post("", status_code=201, responses=problems.of(400, 403, 413, 415))
    def create(user: Writer, file: Annotated[UploadFile, File()]) -> Record:
        """Caption a JPEG, PNG or WebP of at most 10 MB. What is kept has no EXIF."""
        content = file.file.read(MAX_UPLOAD + 1)
        if len(content) > MAX_UPLOAD:
            raise too_large()
        try:
            return captions.make(user, content)
        except NotAPicture as problem:
            raise HTTPException(415, str(problem)) from problem

    @routes.delete("/{image_id}", status_code=204, responses=problems.of(403, 404))
    def delete(user: Writer, image_id: str) -> None:
        """Delete one caption and every version of its picture."""
        captions.delete(user, image_id)


def _reading(routes: APIRouter, captions: Captions) -> None:
    @routes.get("", responses=problems.of(400))
    def history(
        user: Reader, limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: str = ""
    ) -> History:
        """Captions newest first; `next` is the cursor of the following page, or null."""
        if cursor and not identifiers.is_image_id(cursor):
            raise HTTPException(400, "cursor was not made by this service")
        found, after = captions.records.page(user, limit=limit, after=cursor)
        return History(captions=found, next=after or None)

    @routes.get("/{image_id}", responses=problems.of(404))
    def read(user: Reader, image_id: str) -> Record:
        """One caption."""
        return captions.found(user, image_id)

    @routes.get("/{image_id}/links", responses=problems.of(404))
    def links(user: Reader, image_id: str) -> Links:
        """Short-lived addresses of the picture and its thumbnail, for their owner."""
        return captions.links(user, image_id)

    @routes.get(
        "/{image_id}/thumbnail",
        response_class=Response,
        responses={200: {"content": {"image/jpeg": {}}}, **problems.of(404)},
    )
    def thumbnail(user: Reader, image_id: str) -> Response:
        """The small picture, JPEG."""
        captions.found(user, image_id)
        content = captions.images.read(folder(user, image_id), "thumbnail.jpg")
        return Response(content, media_type="image/jpeg")
