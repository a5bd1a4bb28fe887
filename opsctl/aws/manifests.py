"""What lies in the backup bucket beside the copies: which backup holds which version of what.

A backup is a head, `.opsctl/manifests/NAME.json`, and the parts of its manifest,
`.opsctl/manifests/NAME/000001-DIGEST.jsonl.gz`: JSON lines in the order of keys. A part is named
by what it holds, so a second run of the same name replaces none that the first one wrote.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

import msgspec

from opsctl.aws.gateway import Gateway
from opsctl.aws.object_history import RESERVED
from opsctl.errors import Forbidden, NotFound, OpsctlError

FOLDER = f"{RESERVED}manifests/"
RECORDS_IN_A_PART = 10_000


class Record(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One object of a backup. `version` and `etag` are the source's; `copy` is the version of the
    copy. `proof` says how the copy was compared: etag, checksum or size."""

    key: str
    version: str
    size: int
    etag: str
    copy: str
    proof: str = "etag"
    copy_etag: str = ""
    """Where it is another than the source's."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """One backup. Times are UTC ISO 8601; sizes are bytes. `parts` are SHA-256 of the parts."""

    name: str
    source: str
    began: str
    who: str
    ended: str = ""
    engine: str = "opsctl"
    objects: int = 0
    bytes: int = 0
    copied: int = 0
    failed: int = 0
    by_size_only: int = 0
    parts: tuple[str, ...] = ()
    complete: bool = False

    @property
    def made(self) -> datetime:
        """When it was begun: what it holds is at least as new."""
        return datetime.fromisoformat(self.began)


_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(Record).decode


class Manifests(Gateway):
    """The heads and manifests in a backup bucket."""

    @property
    def _s3(self) -> Any:
        return self.aws.client("s3")

    def heads(self, bucket: str) -> tuple[Head, ...]:
        """Every backup, the newest first; one that was cut off is not `complete`.

        Raises Forbidden where one cannot be understood: what it names must not be taken for
        superfluous.
        """
        keys: list[str] = []
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=FOLDER, Delimiter="/"
        )
        for page in pages:
            keys += [it["Key"] for it in page.get("Contents", ()) if it["Key"].endswith(".json")]
        reads = [_bound(self._head, bucket, key) for key in keys]
        found: tuple[Head, ...] = self.aws.at_once(*reads)
        return tuple(sorted(found, key=lambda it: (it.made, it.name), reverse=True))

    def head(self, bucket: str, name: str) -> Head:
        """One backup by its name. Raises NotFound, naming the newest that there are."""
        try:
            return self._head(bucket, f"{FOLDER}{name}.json")
        except self._s3.exceptions.NoSuchKey:
            pass
        there = [it.name for it in self.heads(bucket)[:5]]
        raise NotFound(
            f"There is no backup {name} in {bucket}.",
            hint=f"There are: {', '.join(there)}" if there else "There is none at all.",
        )

    def is_whole(self, bucket: str, name: str) -> bool:
        """Whether there is a complete backup of that name."""
        try:
            return self._head(bucket, f"{FOLDER}{name}.json").complete
        except self._s3.exceptions.NoSuchKey:
            return False

    def records(self, bucket: str, head: Head) -> Iterator[Record]:
        """What a backup holds, in the order of keys. Raises OpsctlError for a part that is
        missing or is not the one that was written."""
        for number, digest in enumerate(head.parts, 1):
            key = _part(head.name, number, digest)
            content = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            if hashlib.sha256(content).hexdigest() != digest:
                raise OpsctlError(
                    f"Part {number} of the manifest of {head.name} is not what was written.",
                    hint="An earlier version of it may be kept: aws s3api list-object-versions "
                    f"--bucket {bucket} --prefix {key}",
                )
            for line in gzip.decompress(content).splitlines():
                yield _DECODE(line)

    def write_part(self, bucket: str, head: Head, records: Iterable[Record]) -> Head:
        """The next part, and the head that names it."""
        content = gzip.compress(b"\n".join(map(_ENCODE, records)), 6, mtime=0)
        digest = hashlib.sha256(content).hexdigest()
        key = _part(head.name, len(head.parts) + 1, digest)
        self._s3.put_object(Bucket=bucket, Key=key, Body=content, ContentType="application/gzip")
        return self.write_head(bucket, replace(head, parts=(*head.parts, digest)))

    def write_head(self, bucket: str, head: Head) -> Head:
        """Makes or replaces the head of a backup."""
        body = json.dumps(asdict(head)).encode()
        key = f"{FOLDER}{head.name}.json"
        self._s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")
        return head

    def _head(self, bucket: str, key: str) -> Head:
        content = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        try:
            document = json.loads(content)
            known = {each.name for each in fields(Head)}
            words = {name: value for name, value in document.items() if name in known}
            head = Head(**{**words, "parts": tuple(words.get("parts", ()))})
            if head.made.tzinfo is None:
                raise ValueError("a time without a zone")
        except (ValueError, TypeError, AttributeError) as error:
            raise Forbidden(
                f"s3://{bucket}/{key} is not the head of a backup as opsctl writes it.",
                hint="Look at its earlier versions, and bring the right one back or delete it: "
                f"aws s3api list-object-versions --bucket {bucket} --prefix {key}",
            ) from error
        return head


def _part(name: str, number: int, digest: str) -> str:
    return f"{FOLDER}{name}/{number:06}-{digest[:16]}.jsonl.gz"


def _bound(method: Callable[[str, str], Head], bucket: str, key: str) -> Callable[[], Head]:
    return lambda: method(bucket, key)
