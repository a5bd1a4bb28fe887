"""S3: ListMultipartUploads page by page: by key, then in the order in which they were begun."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from moto.s3.models import FakeMultipart
from moto.s3.responses import S3Response

from opsctl.sandbox.moto_parts.originals import original
from opsctl.sandbox.moto_parts.s3_listings import OWNER, Answer, Asked, answer, moment
from opsctl.sandbox.moto_parts.xml_text import element

if TYPE_CHECKING:
    from opsctl.sandbox.world import World


def install(world: World) -> None:
    """Note when an upload began, and put the listing in the place of moto's."""
    make = original(FakeMultipart, "__init__")
    original(S3Response, "list_multipart_uploads")

    def made(upload: Any, *args: Any, **named: Any) -> None:
        make(upload, *args, **named)
        upload.sandbox_begun = world.clock()

    FakeMultipart.__init__ = made
    S3Response.list_multipart_uploads = _uploads


def _uploads(received: Any) -> Answer:
    asked = Asked(received, most="max-uploads")
    key_marker, upload_marker = asked.get("key-marker"), asked.get("upload-id-marker")
    held = list(asked.bucket.multiparts.values())  # a dict keeps the order of their beginnings
    rank = {upload.id: index for index, upload in enumerate(held)}
    after = (key_marker, rank.get(upload_marker, len(held) if not upload_marker else -1))
    behind = sorted(
        (upload.key_name, rank[upload.id], upload)
        for upload in held
        if upload.key_name.startswith(asked.prefix)
        and (not key_marker or (upload.key_name, rank[upload.id]) > after)
    )
    page = [upload for _, _, upload in behind[: asked.most]]
    truncated = len(behind) > len(page) > 0
    head = asked.head(name="Bucket", size="MaxUploads")
    head += f"<KeyMarker>{asked.key(key_marker)}</KeyMarker>"
    head += element("UploadIdMarker", upload_marker)
    head += element("IsTruncated", str(truncated).lower())
    if truncated:
        head += f"<NextKeyMarker>{asked.key(page[-1].key_name)}</NextKeyMarker>"
        head += element("NextUploadIdMarker", page[-1].id)
    return answer("ListMultipartUploadsResult", head, [_upload(asked, it) for it in page])


def _upload(asked: Asked, it: Any) -> str:
    began: datetime = it.sandbox_begun
    return (
        f"<Upload><Key>{asked.key(it.key_name)}</Key><UploadId>{it.id}</UploadId>"
        f"<Initiator>{OWNER.removeprefix('<Owner>').removesuffix('</Owner>')}</Initiator>{OWNER}"
        f"<StorageClass>{it.storage or 'STANDARD'}</StorageClass>"
        f"<Initiated>{moment(began)}</Initiated></Upload>"
    )
