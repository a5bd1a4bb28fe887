"""`/_sandbox/fill`: a user with very much data, made in this process without a call.

POST {"bucket", "prefix", "objects", "versions", "markers", "uploads", "size", "awkward"} adds
`objects` objects of `versions` versions each, the first `markers` of them deleted (a delete
marker on top), and `uploads` unfinished uploads. POST {"table", "key": {"PK": "…"}, "items",
"awkward"} adds items of one partition. Answers what was added. Awkward keys hold quotes, spaces,
backslashes, signs of XML and of URLs, letters beyond ASCII; sort keys line feeds too.
"""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

MOST = 2_000_000
AWKWARD = (' "', "\\", "ü€🙂", "<&'>", "%2F+", "=#?", "a b")
_SIZE = 64


class Filling:
    """The control; it needs the world only for its backends, its clock and its lock."""

    def __init__(self, world: World) -> None:
        self._world = world

    def control(self, method: str, body: bytes) -> dict[str, int]:
        """Answer a POST. Raises ValueError for a bad request, KeyError for a missing field."""
        if method != "POST":
            raise ValueError("fill is asked with POST")
        asked = json.loads(body)
        with self._world.lock:
            if "table" in asked:
                return self._items(**asked)
            return self._objects(**asked)

    def _objects(
        self,
        bucket: str,
        prefix: str,
        objects: int = 0,
        versions: int = 1,
        markers: int = 0,
        uploads: int = 0,
        size: int = _SIZE,
        awkward: bool = False,
    ) -> dict[str, int]:
        from moto.s3.models import FakeMultipart

        from opsctl.sandbox.moto_parts.s3_fill import LeanMarker, LeanVersion

        _bounded(objects=objects, versions=objects * versions, uploads=uploads, markers=markers)
        held = self._bucket(bucket)
        if versions > 1 and not held.is_versioned:
            raise ValueError(f"bucket {bucket} keeps one version of a key")
        now = self._world.clock().replace(tzinfo=None)
        for index in range(objects):
            key = _key(prefix, index, awkward)
            for age in range(versions, 0, -1):
                at = now - timedelta(seconds=age)
                held.keys.append(key, LeanVersion(held, key, _version(held), at, size))
            if index < markers:
                held.keys.append(key, LeanMarker(key, _version(held), now))
        for index in range(uploads):
            upload = FakeMultipart(
                _key(prefix, index, awkward), {}, self._world.account, self._world.region
            )
            held.multiparts[upload.id] = upload
        made = objects * versions
        return {
            "objects": objects,
            "versions": made,
            "markers": min(markers, objects),
            "uploads": uploads,
            "bytes": made * size,
        }

    def _bucket(self, name: str) -> Any:
        buckets = self._world.backend("s3").buckets
        if name not in buckets:
            raise ValueError(f"no bucket {name}")
        return buckets[name]

    def _items(
        self, table: str, key: dict[str, str], items: int, awkward: bool = False
    ) -> dict[str, int]:
        from opsctl.sandbox.moto_parts.dynamodb_fill import add

        _bounded(items=items)
        tables = self._world.backend("dynamodb").tables
        if table not in tables:
            raise ValueError(f"no table {table}")
        odd = AWKWARD if awkward else ()
        return {"items": add(tables[table], key, items, odd, self._world.clock())}


def _bounded(**numbers: int) -> None:
    for name, number in numbers.items():
        if not 0 <= number <= MOST:
            raise ValueError(f"{name} must be 0 to {MOST}, not {number}")


def _version(bucket: Any) -> str:
    return str(uuid.uuid4()) if bucket.is_versioned else "null"


def _key(prefix: str, index: int, awkward: bool) -> str:
    odd = AWKWARD[index % len(AWKWARD)] if awkward else ""
    return f"{prefix}{index:012x}{odd}/original.jpg"
