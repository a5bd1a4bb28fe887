"""Neighbours: what lies beside a prefix in a bucket, and must be there afterwards as before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opsctl.aws import failures
from opsctl.targets.data_map import BucketData

if TYPE_CHECKING:
    from opsctl.aws import Aws

MOST = 100
"""How many versions on each side are looked at; the second look sees more, so that what others
added meanwhile does not push them out of sight."""
SECOND = 1000


@dataclass(frozen=True)
class Neighbours:
    """Versions that begin almost like the prefix or follow it, as (key, version, etag, size)."""

    entries: frozenset[tuple[str, str, str, int]] = field(repr=False)
    last: tuple[str, str] = ("", "")
    """The last key seen on each side; "" where the listing ended."""


def near(aws: Aws, data: BucketData, prefix: str, most: int = MOST) -> Neighbours:
    """What lies beside `prefix`: `images/1` is the beginning of `images/10/` too."""
    with failures.translated("s3:ListObjectVersions", aws.target):
        return _near(aws.client("s3", data.region or None), data.bucket, prefix, most)


def _near(s3: Any, bucket: str, prefix: str, most: int) -> Neighbours:
    bare = prefix.removesuffix("/")
    parent = bare.rpartition("/")[0]
    # The character after the slash is 0, so this marker lies right behind everything below it.
    sides = (
        {"Prefix": bare},
        {"Prefix": f"{parent}/" if parent else "", "KeyMarker": f"{bare}0"},
    )
    entries: set[tuple[str, str, str, int]] = set()
    last = []
    for side in sides:
        page = s3.list_object_versions(Bucket=bucket, MaxKeys=most, **side)
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        entries.update(_entry(it) for it in found if not it["Key"].startswith(prefix))
        keys = [it["Key"] for it in found]
        last.append(max(keys, key=str.encode) if page["IsTruncated"] and keys else "")
    return Neighbours(frozenset(entries), (last[0], last[1]))


def missing(aws: Aws, data: BucketData, prefix: str, before: Neighbours) -> int:
    """How many of them are not there any more, or are others."""
    now = near(aws, data, prefix, SECOND)
    gone = before.entries - now.entries
    # Without versioning, a living user replaces an object under the version `null`.
    keys = {key for key, *_rest in now.entries}
    gone = frozenset(it for it in gone if not (it[1] == "null" and it[0] in keys))
    limit = min((each for each in now.last if each), key=str.encode, default="")
    return sum(not limit or it[0].encode() < limit.encode() for it in gone)


def _entry(it: dict[str, Any]) -> tuple[str, str, str, int]:
    return it["Key"], it.get("VersionId", "null"), it.get("ETag", ""), it.get("Size", 0)
