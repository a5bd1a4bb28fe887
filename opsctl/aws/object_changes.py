"""How the keys of a bucket differ from what is wanted, and the way back from a restore."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsctl.aws.copying import bare

if TYPE_CHECKING:
    from opsctl.aws.manifests import Record
    from opsctl.aws.object_history import History
    from opsctl.aws.object_versions import Entry

OVERWRITTEN, DELETED, NEWER = "overwritten", "deleted", "newer"
"""How a key differs from what is wanted: it has another content, has none, or should have none."""


@dataclass(frozen=True)
class Wanted:
    """The version that should be current: where it lies, and what it is."""

    bucket: str
    key: str
    version: str
    etag: str
    size: int
    storage_class: str = ""
    alike: str = ""
    """Another ETag with which the same content may be there: that of what was backed up."""

    @classmethod
    def of_entry(cls, bucket: str, entry: Entry) -> Wanted:
        """A version of the bucket itself."""
        etag = bare(entry.etag)
        return cls(bucket, entry.key, entry.version, etag, entry.size, entry.storage_class)

    @classmethod
    def recorded(cls, bucket: str, record: Record) -> Wanted:
        """A copy in the backup bucket."""
        etag = record.copy_etag or record.etag
        return cls(bucket, record.key, record.copy, etag, record.size, alike=record.etag)

    def is_(self, entry: Entry) -> bool:
        """Whether that is its content already, as far as the ETag tells."""
        same_place = entry.version == self.version and not self.alike
        return entry.size == self.size and (
            same_place or bare(entry.etag) in (self.etag, self.alike)
        )


@dataclass(frozen=True)
class Change:
    """One key that differs. `wanted` None: it should hold nothing."""

    key: str
    kind: str
    wanted: Wanted | None
    history: History | None

    @property
    def size(self) -> int:
        """Bytes that are copied."""
        return self.wanted.size if self.wanted else 0

    def acts(self, delete_newer: bool) -> bool:
        """Whether something is done about it."""
        return delete_newer or self.kind != NEWER


@dataclass(frozen=True)
class Row:
    """A change as it is shown. `size` is in bytes."""

    key: str
    change: str
    size: int


@dataclass
class Seen:
    """What a look found. Counts of objects; `bytes` are those to be copied.

    `newer` were made after the moment that is wanted; `erased` are of users who were erased
    since; `oldest` is the time of the oldest version that was seen, ISO 8601.
    """

    overwritten: int = 0
    deleted: int = 0
    newer: int = 0
    same: int = 0
    erased: int = 0
    bytes: int = 0
    oldest: str = ""
    rows: list[Row] = field(default_factory=list)

    @property
    def wanted(self) -> int:
        """Objects that there should be."""
        return self.overwritten + self.deleted + self.same

    def changes(self, delete_newer: bool) -> int:
        """Objects that something is done about."""
        return self.overwritten + self.deleted + (self.newer if delete_newer else 0)

    def count(self, change: Change) -> None:
        """Adds one change."""
        self.overwritten += change.kind == OVERWRITTEN
        self.deleted += change.kind == DELETED
        self.newer += change.kind == NEWER
        self.bytes += change.size

    def look(self, history: History) -> None:
        """Notes how far back the versions reach."""
        modified = history.entries[-1].modified
        if not self.oldest or modified < self.oldest:
            self.oldest = modified


def compare(history: History | None, wanted: Wanted | None) -> Change | None:
    """How a key differs from what is wanted; None when it does not."""
    current = history.current if history else None
    if wanted is None:
        if current is None or history is None:
            return None
        return Change(history.key, NEWER, None, history)
    if current is None:
        return Change(wanted.key, DELETED, wanted, history)
    return None if wanted.is_(current) else Change(wanted.key, OVERWRITTEN, wanted, history)


def taking_back(history: History, wanted: Wanted | None, bucket: str, since: str) -> Change | None:
    """The way back from what a restore put on top since a moment (in S3's seconds).

    None where the newest version is older, or is not what the restore wanted: then somebody
    wrote it after.
    """
    if not history.touched_since(since) or len(history.entries) < 2:
        return None
    current = history.current
    ours = current is None if wanted is None else current is not None and wanted.is_(current)
    if not ours:
        return None
    former = history.former
    if former is None:
        return None if current is None else Change(history.key, NEWER, None, history)
    return Change(history.key, OVERWRITTEN, Wanted.of_entry(bucket, former), history)
