"""Pages of ListObjectVersions, read with a regular expression: ten times as fast as a client.

S3 writes each entry's elements in one order; a page where that is not so is read the slow way.
Nothing is kept but the page.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from opsctl.aws.wire import Wire
from opsctl.aws.xml_text import unescaped
from opsctl.errors import Unreachable


class Entry(NamedTuple):
    """One version of an object, or one delete marker (without size, etag and storage class).

    A key with bytes that are no UTF-8 holds them as surrogates (PEP 383). `modified` is ISO 8601
    as S3 wrote it; `version` is `null` for what was written without versioning.
    """

    key: str
    version: str
    is_latest: bool
    is_marker: bool
    modified: str
    size: int
    etag: str
    storage_class: str


_OWNER = r"(?:\s*<Owner>(?:\s*<\w+>[^<]*</\w+>)*\s*</Owner>)?"
# To its very end: with an element that is not expected, the whole page is read the slow way.
_ENTRY = re.compile(
    r"<(?:Version|(DeleteMarker))>\s*<Key>([^<]*)</Key>\s*<VersionId>([^<]*)</VersionId>"
    r"\s*<IsLatest>([^<]*)</IsLatest>\s*<LastModified>([^<]*)</LastModified>"
    r"(?:\s*<ETag>([^<]*)</ETag>)?(?:\s*<Checksum\w+>[^<]*</Checksum\w+>)*"
    rf"(?:\s*<Size>(\d+)</Size>)?{_OWNER}(?:\s*<StorageClass>([^<]*)</StorageClass>)?{_OWNER}"
    r"\s*</(?:Version|DeleteMarker)>"
)
_ANY_ENTRY = re.compile(r"<(Version|DeleteMarker)>(.*?)</\1>", re.DOTALL)
_FIELD = re.compile(r"<(\w+)>([^<]*)</\1>")
_NO_OWNER = re.compile(r"<Owner>.*?</Owner>", re.DOTALL)
_END = "</ListVersionsResult>"


def entries(
    wire: Wire, bucket: str, prefix: str, stop: threading.Event | None = None
) -> Iterator[list[Entry]]:
    """Every page of a bucket's versions and markers whose key begins with `prefix`.

    Raises Unreachable for a page that is not whole, or that says there is more but not where.
    """
    query = {"versions": "", "prefix": prefix, "encoding-type": "url", "max-keys": "1000"}
    while True:
        answer = wire.s3("ListObjectVersions", "GET", bucket, query=query, stop=stop)
        page = answer.body.decode("utf-8", "surrogateescape")
        if _END not in page[-200:]:
            raise Unreachable(f"s3:ListObjectVersions: a page of {bucket} ends too soon.")
        found = read(page)
        yield [each for each in found if each.key.startswith(prefix)]
        after = markers(page, "NextKeyMarker", "NextVersionIdMarker")
        if after is None:
            return
        if after == (query.get("key-marker"), query.get("version-id-marker")):
            raise Unreachable(f"s3:ListObjectVersions: {bucket} answers the same page again.")
        query["key-marker"], query["version-id-marker"] = after


def read(page: str) -> list[Entry]:
    """The entries of a page, in its order. Raises Unreachable when one of them makes no sense."""
    found = _ENTRY.findall(page)
    count = page.count("</Version>") + page.count("</DeleteMarker>")
    if len(found) != count:
        found = [_in_order(kind, body) for kind, body in _ANY_ENTRY.findall(page)]
    if len(found) != count:
        raise Unreachable("s3:ListObjectVersions: a page that cannot be read whole.")
    is_encoded = "<EncodingType>url<" in page
    return [
        Entry(
            plain(key, is_encoded),
            unescaped(version),
            latest == "true",
            bool(marker),
            modified,
            int(size or 0),
            etag.replace("&quot;", "").strip('"'),
            storage_class,
        )
        for marker, key, version, latest, modified, etag, size, storage_class in found
    ]


def markers(page: str, *names: str) -> tuple[str, ...] | None:
    """Where the next page begins; None at the last one. The first one is a key.

    Raises Unreachable when there is more, and one of the markers is missing.
    """
    if "<IsTruncated>true<" not in page:
        return None
    is_encoded = "<EncodingType>url<" in page
    found = [re.search(f"<{name}>([^<]+)</{name}>", page) for name in names]
    if not all(found):
        raise Unreachable("S3 says that a list goes on, but not where: it cannot be read whole.")
    key, *others = (it[1] for it in found if it)
    return plain(key, is_encoded), *(unescaped(it) for it in others)


def plain(written: str, is_encoded: bool) -> str:
    """A key as it is, from how a page writes it."""
    written = unescaped(written)
    if is_encoded and ("%" in written or "+" in written):
        raw = unquote_to_bytes(written.replace("+", " ").encode("utf-8", "surrogateescape"))
        return raw.decode("utf-8", "surrogateescape")
    return written


def _in_order(kind: str, body: str) -> tuple[str, ...]:
    fields = dict(_FIELD.findall(_NO_OWNER.sub("", body)))
    if not fields.get("Key") or not fields.get("VersionId"):
        raise Unreachable("s3:ListObjectVersions: an entry without a key or a version.")
    names = ("Key", "VersionId", "IsLatest", "LastModified", "ETag", "Size", "StorageClass")
    return "" if kind == "Version" else kind, *(fields.get(name, "") for name in names)
