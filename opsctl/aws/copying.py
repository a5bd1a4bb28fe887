"""One object copied from bucket to bucket inside S3, and compared with what it was copied from."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import quote

from opsctl.aws import failures
from opsctl.errors import FactsChanged, Interrupted, NoAccess, NotFound, OpsctlError, Unreachable

if TYPE_CHECKING:
    from opsctl.aws import Aws
    from opsctl.aws.wire import Wire

LARGEST = 5 * 1024**3
"""Bytes that one CopyObject copies at most."""

TURNS = 6
"""How often an object is begun again while S3 asks to slow down; each turn has its own retries."""
BETWEEN_TURNS = 5.0
_SLOWER = re.compile(r"SlowDown|Throttl|TooManyRequests|503")
_ETAG = re.compile(rb"<ETag>([^<]*)</ETag>")
_CHECKSUM = re.compile(r"x-amz-checksum-(?:crc64nvme|crc32c?|sha1|sha256|md5|xxhash\w*)$")


class Damaged(OpsctlError):
    """The copy is not what it was copied from."""


@dataclass(frozen=True)
class Source:
    """The version of an object that is to be copied. `version` is `null` in a bucket that keeps
    none; the ETag then guards against a change between listing and copying."""

    bucket: str
    key: str
    version: str
    etag: str
    size: int
    storage_class: str = ""


@dataclass(frozen=True)
class Copied:
    """A copy that was made. `proof` is how it was compared: etag, checksum, or only size."""

    version: str
    etag: str
    proof: str


class Copier:
    """Copies into one bucket. Thread-safe; once `stop` is set it raises Interrupted and sends
    nothing. `only_ours`: nobody else writes into that bucket, so an upload that was left there
    may be aborted."""

    def __init__(
        self,
        aws: Aws,
        bucket: str,
        *,
        region: str,
        source_region: str,
        stop: threading.Event,
        only_ours: bool,
    ) -> None:
        self._bucket = bucket
        self._only_ours = only_ours
        # CopyObject is asked of the region that the copy goes to.
        self.wire = aws.wire("s3", region)
        self._source_wire = aws.wire("s3", source_region)
        self._stop = stop

    def copy(self, source: Source, key: str) -> Copied:
        """Copies a version with its metadata and tags, and compares. Raises NotFound when it is
        gone, FactsChanged when another object took its place, Damaged when the copy differs."""
        for _ in range(TURNS - 1):
            try:
                return self._copied(source, key)
            except Unreachable as error:
                if not _SLOWER.search(failures.aws_code(error)):
                    raise
                self._stop.wait(BETWEEN_TURNS)
        return self._copied(source, key)

    def _copied(self, source: Source, key: str) -> Copied:
        if source.size > LARGEST:
            from opsctl.aws.large_copies import LargeCopy

            large = LargeCopy(self.wire, self._source_wire, self._stop, self._only_ours)
            version, etag = large.copy(source, self._bucket, key)
        else:
            version, etag = self._copy_at_once(source, key)
        if etag == bare(source.etag):
            return Copied(version, etag, "etag")
        proof = self.compared(source, key, version)
        if not proof:
            raise Damaged(f"A copy of {source.size:,} bytes is not what it was copied from.")
        return Copied(version, etag, proof)

    def compared(self, source: Source, key: str, version: str) -> str:
        """How a copy with another ETag is known to be the same: checksum or size; "" when it is
        not. Under SSE-KMS, and of parts, the ETag is no hash of the content."""
        mine = self._head(self._source_wire, source.bucket, source.key, source.version)
        its = self._head(self.wire, self._bucket, key, version)
        if mine.get("content-length") != its.get("content-length"):
            return ""
        kinds = [name for name in mine if _CHECKSUM.match(name) and name in its]
        if mine.get("x-amz-checksum-type") != its.get("x-amz-checksum-type") or not kinds:
            return "size"
        return "checksum" if all(mine[name] == its[name] for name in kinds) else ""

    def current(self, source: Source) -> Source:
        """What is in the place of a source now, in a bucket that keeps no versions."""
        found = self._head(self._source_wire, source.bucket, source.key, "")
        return replace(
            source,
            version=found.get("x-amz-version-id", "null"),
            etag=bare(found.get("etag", "")),
            size=int(found.get("content-length", 0)),
        )

    def delete_marker(self, key: str) -> None:
        """Puts a delete marker on top: a plain GET finds nothing, every version stays."""
        self.wire.s3("DeleteObject", "DELETE", self._bucket, key, stop=self._stop)

    def _copy_at_once(self, source: Source, key: str) -> tuple[str, str]:
        headers = copy_headers(source)
        if source.storage_class not in ("", "STANDARD"):
            headers["x-amz-storage-class"] = source.storage_class
        answer = self.wire.s3(
            "CopyObject", "PUT", self._bucket, key, headers=headers, stop=self._stop
        )
        found = _ETAG.search(answer.body)
        if found is None:
            raise OpsctlError("S3 answered a copy without saying what was made.")
        return answer.headers.get("x-amz-version-id", "null"), bare(unescape(found[1].decode()))

    def _head(self, wire: Wire, bucket: str, key: str, version: str) -> Mapping[str, str]:
        query = {} if version in ("", "null") else {"versionId": version}
        return wire.s3(
            "HeadObject", "HEAD", bucket, key, query=query,
            headers={"x-amz-checksum-mode": "ENABLED"}, stop=self._stop,
        ).headers  # fmt: skip


def copy_headers(source: Source) -> dict[str, str]:
    """Which version is copied, and that it must be what was listed."""
    place = f"/{source.bucket}/{quote(source.key, safe='/-_.~', errors='surrogateescape')}"
    return {
        "x-amz-copy-source": f"{place}?versionId={quote(source.version, safe='')}",
        "x-amz-copy-source-if-match": f'"{bare(source.etag)}"',
    }


def bare(etag: str) -> str:
    """An ETag without its quotes."""
    return etag.strip('"')


def is_gone(error: OpsctlError) -> bool:
    """Whether the source was deleted between listing and copying."""
    return isinstance(error, NotFound) and failures.aws_code(error) != "NoSuchBucket"


def is_changed(error: OpsctlError) -> bool:
    """Whether another object took the source's place between listing and copying."""
    return isinstance(error, FactsChanged)


def is_for_all(error: OpsctlError) -> bool:
    """Whether every further object would meet it too: no connection, a token that expired."""
    if isinstance(error, NoAccess):
        return failures.aws_code(error) not in ("AccessDenied", "403", "Forbidden")
    return isinstance(error, Interrupted | Unreachable) or why(error) == "NoSuchBucket"


def why(error: OpsctlError) -> str:
    """A failure in one word, without the key: AWS's code, or the kind of error."""
    return failures.aws_code(error) or type(error).__name__
