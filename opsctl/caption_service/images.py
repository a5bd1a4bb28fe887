"""Images in S3: `images/{user_id}/{image_id}/original.{ext}` and `thumbnail.jpg`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from opsctl.caption_service.connections import Connections

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

KINDS = ("Versions", "DeleteMarkers")
ATTEMPTS = 4
PASSING = frozenset({"InternalError", "SlowDown", "ServiceUnavailable", "RequestTimeout"})


class NotDeleted(Exception):
    """S3 answered 200 and kept some versions all the same."""


class Images:
    """The pictures of every user."""

    def __init__(self, connections: Connections, bucket: str) -> None:
        self.connections = connections
        self.bucket = bucket

    def put(self, folder: str, name: str, content: bytes, content_type: str) -> str:
        """Store one object; answers its `s3://` address."""
        key = f"{folder}{name}"
        self.connections.s3.put_object(
            Bucket=self.bucket, Key=key, Body=content, ContentType=content_type
        )
        return f"s3://{self.bucket}/{key}"

    def read(self, folder: str, name: str) -> bytes:
        """The newest version of one object."""
        answer = self.connections.s3.get_object(Bucket=self.bucket, Key=f"{folder}{name}")
        return answer["Body"].read()

    def link(self, key: str, seconds: int) -> str:
        """An address under which anybody may read one object for so long."""
        return self.connections.s3.generate_presigned_url(
            "get_object", Params={"Bucket": self.bucket, "Key": key}, ExpiresIn=seconds
        )

    def delete_all_versions(self, folder: str) -> int:
        """Delete every version and marker under a folder; answers how many. Raises NotDeleted."""
        return sum(self.deleting_versions(folder))

    def deleting_versions(self, folder: str) -> Iterator[int]:
        """The same, page by page. Versions go first: without its marker a version would be back."""
        for kind in KINDS:
            for page in self._listed(folder, kind):
                self._delete(page, folder)
                yield len(page)

    def abort_uploads(self, folder: str) -> int:
        """End uploads in parts that nobody finished: their parts lie in no listing of objects."""
        count = 0
        pages = self.connections.s3.get_paginator("list_multipart_uploads")
        for page in pages.paginate(Bucket=self.bucket, Prefix=folder):
            for it in page.get("Uploads", []):
                if it["Key"].startswith(folder):
                    self._abort(it["Key"], it["UploadId"])
                    count += 1
        return count

    def is_empty(self, folder: str) -> bool:
        """Whether a folder holds no version, no marker and no unfinished upload."""
        s3 = self.connections.s3
        found = s3.list_object_versions(Bucket=self.bucket, Prefix=folder, MaxKeys=1)
        uploads = s3.list_multipart_uploads(Bucket=self.bucket, Prefix=folder, MaxUploads=1)
        return not any(found.get(kind) for kind in KINDS) and not uploads.get("Uploads")

    def _abort(self, key: str, upload: str) -> None:
        try:
            self.connections.s3.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload)
        except self.connections.s3.exceptions.NoSuchUpload:
            return

    def _delete(self, page: list[ObjectIdentifierTypeDef], folder: str) -> None:
        """A 200 can still carry errors, one per key (boto3 #3052); some of them pass."""
        left = page
        for attempt in range(ATTEMPTS):
            answer = self.connections.s3.delete_objects(
                Bucket=self.bucket, Delete={"Objects": left, "Quiet": True}
            )
            errors = answer.get("Errors", [])
            codes = {str(it.get("Code")) for it in errors}
            if not errors:
                return
            if not codes <= PASSING or attempt == ATTEMPTS - 1:
                break
            time.sleep(0.2 * 2**attempt)
            refused = {(it.get("Key"), it.get("VersionId")) for it in errors}
            left = [it for it in left if (it["Key"], it.get("VersionId")) in refused]
        words = ", ".join(sorted(codes))
        raise NotDeleted(f"{len(errors)} versions under {folder} remain: {words}")

    def _listed(self, folder: str, kind: str) -> Iterator[list[ObjectIdentifierTypeDef]]:
        pages = self.connections.s3.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.bucket, Prefix=folder):
            listed: Any = page.get(kind, [])
            # Whatever a listing holds: nothing outside the folder is ever deleted.
            found = [it for it in listed if it["Key"].startswith(folder)]
            if found:
                yield [{"Key": it["Key"], "VersionId": it["VersionId"]} for it in found]


def everything_of(user_id: str) -> str:
    """The key prefix of all pictures of one user, and of no other whose name begins like his."""
    return f"images/{user_id}/"


def folder(user_id: str, image_id: str) -> str:
    """The key prefix of one image."""
    return f"images/{user_id}/{image_id}/"
