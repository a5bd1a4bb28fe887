"""The caption API: upload a picture, read the history, delete."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, File, HTTPException, Query, Response, UploadFile

from opsctl.caption_service import identifiers, pictures
from opsctl.caption_service.captioners import Captioner, NotAPicture
from opsctl.caption_service.images import Images, folder
from opsctl.caption_service.limits import MAX_UPLOAD, too_large
from opsctl.caption_service.records import Record, Records
from opsctl.caption_service.sessions import Reader, Writer


class Captions:
    """What can be done with captions, by one user at a time."""

    def __init__(self, captioner: Captioner, images: Images, records: Records) -> None:
        self.captioner = captioner
        self.images = images
        self.records = records

    def make(self, user_id: str, content: bytes) -> Record:
        """Describe a picture and keep it. The record goes last: it never points at nothing."""
        caption = self.captioner.describe(content)
        picture = pictures.opened(content)
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
            s3_url=self.images.put(place, f"original.{extension}", content, content_type),
            thumbnail_url=self.images.put(
                place, "thumbnail.jpg", pictures.thumbnail(picture), "image/jpeg"
            ),
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

    def delete(self, user_id: str, image_id: str) -> None:
        """Delete every version of the objects, then the record: a failure can be repeated."""
        self.found(user_id, image_id)
        self.images.delete_all_versions(folder(user_id, image_id))
        self.records.delete(user_id, image_id)


def router(captions: Captions) -> APIRouter:
    """The endpoints under `/api/captions`."""
    routes = APIRouter(prefix="/api/captions", tags=["captions"])

    @routes.post("", status_code=201)
    def create(user: Writer, file: Annotated[UploadFile, File()]) -> dict[str, Any]:
        """Caption a JPEG, PNG or WebP of at most 10 MB."""
        content = file.file.read(MAX_UPLOAD + 1)
        if len(content) > MAX_UPLOAD:
            raise too_large()
        try:
            return asdict(captions.make(user, content))
        except NotAPicture as problem:
            raise HTTPException(415, str(problem)) from problem

    @routes.get("")
    def history(
        user: Reader, limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: str = ""
    ) -> dict[str, Any]:
        """Captions newest first; `next` is the cursor of the following page, or null."""
        if cursor and not identifiers.is_image_id(cursor):
            raise HTTPException(400, "cursor was not made by this service")
        found, after = captions.records.page(user, limit=limit, after=cursor)
        return {"captions": [asdict(record) for record in found], "next": after or None}

    @routes.get("/{image_id}")
    def read(user: Reader, image_id: str) -> dict[str, Any]:
        """One caption."""
        return asdict(captions.found(user, image_id))

    @routes.get("/{image_id}/thumbnail", response_class=Response)
    def thumbnail(user: Reader, image_id: str) -> Response:
        """The small picture, JPEG."""
        captions.found(user, image_id)
        content = captions.images.read(folder(user, image_id), "thumbnail.jpg")
        return Response(content, media_type="image/jpeg")

    @routes.delete("/{image_id}", status_code=204)
    def delete(user: Writer, image_id: str) -> None:
        """Delete one caption and every version of its picture."""
        captions.delete(user, image_id)

    return routes
