"""Images in S3: `images/{user_id}/{image_id}/original.{ext}` and `thumbnail.jpg`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opsctl.caption_service.connections import Connections

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef


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

    def delete_all_versions(self, folder: str) -> int:
        """Delete every version and marker under a folder; answers how many. Raises NotDeleted."""
        count = 0
        for page in self._versions(folder):
            answer = self.connections.s3.delete_objects(
                Bucket=self.bucket, Delete={"Objects": page, "Quiet": True}
            )
            # A 200 can still carry errors, one per key (boto3 #3052).
            if answer.get("Errors"):
                raise NotDeleted(f"{len(answer['Errors'])} versions under {folder} remain")
            count += len(page)
        return count

    def _versions(self, folder: str) -> Iterator[list[ObjectIdentifierTypeDef]]:
        pages = self.connections.s3.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.bucket, Prefix=folder):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            if found:
                yield [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]


def folder(user_id: str, image_id: str) -> str:
    """The key prefix of one image."""
    return f"images/{user_id}/{image_id}/"
