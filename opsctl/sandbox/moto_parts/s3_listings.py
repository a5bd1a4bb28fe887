"""S3: ListObjectVersions and ListObjectsV2 in S3's order, page by page, without copying."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from moto.s3.exceptions import InvalidArgumentError
from moto.s3.models import FakeDeleteMarker
from moto.s3.responses import S3Response

from opsctl.sandbox.moto_parts.originals import original
from opsctl.sandbox.moto_parts.xml_text import element, text

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

MOST = 1000
OWNER = (
    "<Owner><ID>75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a</ID>"
    "<DisplayName>webfile</DisplayName></Owner>"
)
_SPACE = "http://s3.amazonaws.com/doc/2006-03-01/"

Answer = tuple[int, dict[str, str], str]


def install(_: World) -> None:
    """Put both listings in the place of moto's."""
    for name, mine in (("list_object_versions", _versions), ("list_objects_v2", _objects)):
        original(S3Response, name)
        setattr(S3Response, name, mine)


class Asked:
    """The query of a listing. Raises InvalidArgument for a number that is none."""

    def __init__(self, received: Any, most: str = "max-keys") -> None:
        self._query = received._get_querystring(received.request, received.uri)
        self.bucket = received.backend.get_bucket(received.bucket_name)
        self.prefix = self.get("prefix")
        self.delimiter = self.get("delimiter")
        self.encoded = self.get("encoding-type") == "url"
        self.most = min(_number(self.get(most) or str(MOST), most), MOST)

    def get(self, name: str) -> str:
        """A parameter, empty where it is not given."""
        return str(self._query.get(name, [""])[0])

    def key(self, name: str) -> str:
        """A key as it goes into the answer."""
        return quote(name, safe="/-_.*") if self.encoded else text(name)

    def head(self, name: str = "Name", size: str = "MaxKeys", **more: str) -> str:
        """The elements that repeat the question, and some more."""
        asked = {name: self.bucket.name, size: str(self.most)}
        if self.encoded:
            asked["EncodingType"] = "url"
        listed = "".join(element(each, value) for each, value in (asked | more).items())
        if self.delimiter:
            listed += f"<Delimiter>{self.key(self.delimiter)}</Delimiter>"
        return f"{listed}<Prefix>{self.key(self.prefix)}</Prefix>"

    def common(self, prefix: str) -> str:
        """One common prefix."""
        return f"<CommonPrefixes><Prefix>{self.key(prefix)}</Prefix></CommonPrefixes>"


def _versions(received: Any) -> Answer:
    asked = Asked(received)
    key_marker, version_marker = asked.get("key-marker"), asked.get("version-id-marker")
    if version_marker and not key_marker:
        raise InvalidArgumentError(
            "A version-id marker cannot be specified without a key marker.",
            "version-id-marker",
            version_marker,
        )
    listed: list[str] = []
    last: tuple[str, str] | None = None
    truncated = False
    for name, version, latest in _entries(asked, key_marker, version_marker):
        if len(listed) >= asked.most:
            truncated = asked.most > 0
            break
        listed.append(_version(asked, name, version, latest) if version else asked.common(name))
        last = (name, version.version_id if version else "")
    head = asked.head(VersionIdMarker=version_marker, IsTruncated=str(truncated).lower())
    head += f"<KeyMarker>{asked.key(key_marker)}</KeyMarker>"
    if truncated and last:
        head += f"<NextKeyMarker>{asked.key(last[0])}</NextKeyMarker>"
        head += element("NextVersionIdMarker", last[1]) if last[1] else ""
    return answer("ListVersionsResult", head, listed)


def _entries(asked: Asked, key: str, version_id: str) -> Iterator[tuple[str, Any, bool]]:
    """(key, version or delete marker, whether it is the latest) behind the markers, or
    (common prefix, None, False)."""
    store = asked.bucket.keys
    before = _place(asked, key, version_id) if version_id else 0
    for name, is_common in store.walk(asked.prefix, asked.delimiter, key):
        if is_common:
            if name != key:
                yield name, None, False
            continue
        held = store.getlist(name)
        for index in reversed(range(len(held))):
            if name != key or held[index].sandbox_serial < before:
                yield name, held[index], index == len(held) - 1


def _place(asked: Asked, key: str, version_id: str) -> int:
    found = asked.bucket.keys.serial(key, version_id)
    if found is None:
        raise InvalidArgumentError("Invalid version id specified", "version-id-marker", version_id)
    return int(found)


def _version(asked: Asked, name: str, it: Any, latest: bool) -> str:
    shown = (
        f"<Key>{asked.key(name)}</Key><VersionId>{it.version_id}</VersionId>"
        f"<IsLatest>{'true' if latest else 'false'}</IsLatest>"
        f"<LastModified>{moment(it.last_modified)}</LastModified>"
    )
    if isinstance(it, FakeDeleteMarker):
        return f"<DeleteMarker>{shown}{OWNER}</DeleteMarker>"
    return f"<Version>{shown}{_content(it)}{OWNER}</Version>"


def _content(it: Any) -> str:
    checksum = f"<ChecksumAlgorithm>{it.checksum_algorithm}</ChecksumAlgorithm>"
    return (
        f"<ETag>{it.etag.replace(chr(34), '&quot;')}</ETag>"
        f"{checksum if it.checksum_algorithm else ''}"
        f"<Size>{it.size}</Size><StorageClass>{it.storage_class}</StorageClass>"
    )


def _objects(received: Any) -> Answer:
    asked = Asked(received)
    token, after = asked.get("continuation-token"), asked.get("start-after")
    since = _from_token(token) if token else after
    owner = OWNER if asked.get("fetch-owner") == "true" else ""
    store = asked.bucket.keys
    listed: list[str] = []
    last, truncated = "", False
    for name, is_common in store.walk(asked.prefix, asked.delimiter, since):
        shown = asked.common(name) if is_common else _object(asked, name, store[name], owner)
        if name == since or not shown:
            continue
        if len(listed) >= asked.most:
            truncated = asked.most > 0
            break
        listed.append(shown)
        last = name
    more = {"KeyCount": str(len(listed)), "IsTruncated": str(truncated).lower()}
    if token:
        more["ContinuationToken"] = token
    if truncated:
        more["NextContinuationToken"] = base64.b64encode(last.encode()).decode()
    start = f"<StartAfter>{asked.key(after)}</StartAfter>" if after and not token else ""
    return answer("ListBucketResult", asked.head(**more) + start, listed)


def _object(asked: Asked, name: str, newest: Any, owner: str) -> str:
    """One current object; nothing for a key whose newest version is a delete marker."""
    if isinstance(newest, FakeDeleteMarker):
        return ""
    shown = f"<Key>{asked.key(name)}</Key><LastModified>{moment(newest.last_modified)}"
    return f"<Contents>{shown}</LastModified>{_content(newest)}{owner}</Contents>"


def _from_token(token: str) -> str:
    try:
        return base64.b64decode(token, validate=True).decode()
    except ValueError:
        raise InvalidArgumentError(
            "The continuation token provided is incorrect", "continuation-token", token
        ) from None


def _number(given: str, name: str) -> int:
    if not given.isascii() or not given.isdigit():
        message = f"Provided {name} not an integer or within integer range"
        raise InvalidArgumentError(message, name, given)
    return int(given)


def moment(at: datetime) -> str:
    """A time as S3's listings write it: whole seconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def answer(root: str, head: str, listed: list[str]) -> Answer:
    """A whole answer: XML with one root."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_SPACE}">{head}'
    return 200, {"Content-Type": "application/xml"}, f"{body}{''.join(listed)}</{root}>"
