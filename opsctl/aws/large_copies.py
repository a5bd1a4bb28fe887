"""An object of more than 5 GiB copied inside S3, part by part."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from html import escape, unescape
from typing import TYPE_CHECKING

from opsctl.aws.copying import Source, bare, copy_headers
from opsctl.errors import Interrupted, OpsctlError

if TYPE_CHECKING:
    from opsctl.aws.wire import Answer, Wire

PART = 512 * 1024**2
"""Bytes of a part, unless that made more parts than S3 takes."""
MOST_PARTS = 10_000

_ETAG = re.compile(rb"<ETag>([^<]*)</ETag>")
_UPLOAD = re.compile(rb"<UploadId>([^<]*)</UploadId>")
_TAG = re.compile(rb"<Tag>\s*<Key>([^<]*)</Key>\s*<Value>([^<]*)</Value>\s*</Tag>")
_KEPT = ("content-type", "content-encoding", "content-disposition", "content-language",
         "cache-control", "expires")  # fmt: skip


class LargeCopy:
    """Copies of one run. An upload that fails is aborted; one that is interrupted is left, and
    the next copy of the same key aborts it where nobody else writes (`only_ours`)."""

    def __init__(
        self, wire: Wire, source_wire: Wire, stop: threading.Event, only_ours: bool
    ) -> None:
        self._only_ours = only_ours
        self._wire = wire
        self._source_wire = source_wire
        self._stop = stop

    def copy(self, source: Source, bucket: str, key: str) -> tuple[str, str]:
        """The version and the ETag of the copy. Metadata and tags come along."""
        if self._only_ours:
            self._abort_former(bucket, key)
        upload = self._begin(source, bucket, key)
        try:
            parts = [
                self._part(source, bucket, key, upload, number, first, last)
                for number, (first, last) in enumerate(ranges(source.size), 1)
            ]
            return self._complete(bucket, key, upload, parts)
        except Interrupted:
            raise
        except OpsctlError:
            self._abort(bucket, key, upload)
            raise

    def _begin(self, source: Source, bucket: str, key: str) -> str:
        version = {} if source.version in ("", "null") else {"versionId": source.version}
        found = self._source("HeadObject", "HEAD", source, version)
        tags = self._source("GetObjectTagging", "GET", source, {**version, "tagging": ""})
        headers = {**_metadata(found.headers), **_tagging(tags.body)}
        if source.storage_class not in ("", "STANDARD"):
            headers["x-amz-storage-class"] = source.storage_class
        answer = self._wire.s3(
            "CreateMultipartUpload", "POST", bucket, key, query={"uploads": ""}, headers=headers,
            stop=self._stop,
        )  # fmt: skip
        return _found(_UPLOAD, answer.body)

    def _source(
        self, operation: str, method: str, source: Source, query: Mapping[str, str]
    ) -> Answer:
        return self._source_wire.s3(
            operation, method, source.bucket, source.key, query=query, stop=self._stop
        )

    def _part(
        self, source: Source, bucket: str, key: str, upload: str, number: int, first: int, last: int
    ) -> str:
        headers = {**copy_headers(source), "x-amz-copy-source-range": f"bytes={first}-{last}"}
        query = {"partNumber": str(number), "uploadId": upload}
        answer = self._wire.s3(
            "UploadPartCopy", "PUT", bucket, key, query=query, headers=headers, stop=self._stop
        )
        return _found(_ETAG, answer.body)

    def _complete(self, bucket: str, key: str, upload: str, parts: list[str]) -> tuple[str, str]:
        listed = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{escape(etag)}</ETag></Part>"
            for number, etag in enumerate(parts, 1)
        )
        body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
        answer = self._wire.s3(
            "CompleteMultipartUpload", "POST", bucket, key, query={"uploadId": upload},
            headers={"Content-Type": "application/xml"}, body=body, stop=self._stop,
        )  # fmt: skip
        version = answer.headers.get("x-amz-version-id", "null")
        return version, bare(_found(_ETAG, answer.body))

    def _abort_former(self, bucket: str, key: str) -> None:
        answer = self._wire.s3(
            "ListMultipartUploads", "GET", bucket, query={"uploads": "", "prefix": key},
            stop=self._stop,
        )  # fmt: skip
        for found in re.findall(rb"<Upload>.*?</Upload>", answer.body, re.DOTALL):
            if unescape(_found(re.compile(rb"<Key>([^<]*)</Key>"), found)) == key:
                self._abort(bucket, key, _found(_UPLOAD, found))

    def _abort(self, bucket: str, key: str, upload: str) -> None:
        self._wire.s3(
            "AbortMultipartUpload", "DELETE", bucket, key, query={"uploadId": upload},
            stop=self._stop,
        )  # fmt: skip


def ranges(size: int) -> Iterator[tuple[int, int]]:
    """The first and last byte of each part."""
    part = max(PART, -(-size // MOST_PARTS))
    for first in range(0, size, part):
        yield first, min(first + part, size) - 1


def _metadata(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in headers.items()
        if name in _KEPT or name.startswith("x-amz-meta-")
    }


def _tagging(body: bytes) -> dict[str, str]:
    from urllib.parse import urlencode

    pairs = [(unescape(k.decode()), unescape(v.decode())) for k, v in _TAG.findall(body)]
    return {"x-amz-tagging": urlencode(pairs)} if pairs else {}


def _found(pattern: re.Pattern[bytes], body: bytes) -> str:
    match = pattern.search(body)
    if match is None:
        raise OpsctlError("S3 answered a copy of parts in words that opsctl does not know.")
    return unescape(match[1].decode())
