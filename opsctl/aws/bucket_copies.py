"""Backups of a bucket: every current object copied to the backup bucket, and a manifest of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from opsctl.aws.bucket_backup import Backup, Ends
from opsctl.aws.gateway import Gateway
from opsctl.aws.manifests import Head, Record
from opsctl.aws.object_history import RESERVED, History, histories, is_left_out, merged
from opsctl.errors import NotVerified
from opsctl.plan import Json, Progress, Report

if TYPE_CHECKING:
    from opsctl.aws.object_versions import Entry


@dataclass(frozen=True)
class Survey:
    """What a backup would find. Counts of objects; sizes are bytes.

    Every object is `same` (the backup bucket holds it already), `added` or `replaced`; of what
    is replaced, `shrunken` is smaller than its copy and `emptied` has no bytes any more. `gone`
    are copies of what the bucket no longer holds: they stay. `recorded` of the same ones are in
    the latest backup.
    """

    objects: int = 0
    bytes: int = 0
    same: int = 0
    recorded: int = 0
    added: int = 0
    replaced: int = 0
    bytes_to_copy: int = 0
    shrunken: int = 0
    emptied: int = 0
    gone: int = 0
    left_out: int = 0
    latest: str = ""
    """The latest whole backup, and how many objects it has."""
    latest_objects: int = 0

    @property
    def to_copy(self) -> int:
        """Objects that are copied."""
        return self.added + self.replaced

    @property
    def nothing_new(self) -> bool:
        """Whether the latest backup names every object as it is now, and nothing else."""
        return bool(self.latest) and self.recorded == self.objects == self.latest_objects


@dataclass(frozen=True)
class Pair:
    """A key in both buckets: the source's current version, the copy's, and the last record."""

    source: Entry | None
    copy: Entry | None
    record: Record | None = field(default=None)

    @property
    def is_recorded(self) -> bool:
        """Whether the latest backup made this copy of this very version."""
        return (
            self.record is not None
            and self.source is not None
            and self.copy is not None
            and self.record.version == self.source.version
            and self.record.etag == self.source.etag.strip('"')
            and self.record.copy == self.copy.version
        )

    @property
    def is_same(self) -> bool:
        """Whether nothing need be copied, as far as a listing and the last record tell."""
        if self.source is None or self.copy is None:
            return False
        alike = (self.source.etag, self.source.size) == (self.copy.etag, self.copy.size)
        return alike or self.is_recorded


class BucketCopies(Gateway):
    """The bucket of a target and the bucket that it is backed up to."""

    _surveyed: tuple[tuple[str, str], Survey] | None = None

    def survey(self, source: str, backup: str) -> Survey:
        """Lists both buckets and compares. The answer is kept: a second look would take as long,
        and a backup looks for itself at everything it copies."""
        if self._surveyed is None or self._surveyed[0] != (source, backup):
            self._surveyed = ((source, backup), self._survey(source, backup))
        return self._surveyed[1]

    def copy(
        self, source: str, backup: str, name: str, expected: int, report: Report | None = None
    ) -> dict[str, Json]:
        """Copies what the backup bucket does not hold yet, and writes the manifest `name`.

        Run again after an interruption it goes on: what was copied is found and only recorded.
        Raises StepFailed when an object could not be copied: the backup is then not complete.
        """
        began = datetime.now(UTC).replace(microsecond=0).isoformat()
        head = Head(name=name, source=source, began=began, who=self.aws.sts.caller().arn)
        work = Backup(self.aws, self._ends(source, backup), head, expected, report)
        self._surveyed = None
        # What earlier runs recorded is looked up before this one writes its own head.
        earlier = self._earlier(source, backup)
        return work.run(self.pairs(source, backup, earlier))

    def verified(self, backup: str, name: str) -> Progress:
        """A second look: every copy that the manifest names lies there, with its size.

        Raises NotVerified with how many do not.
        """
        head = self.aws.manifests.head(backup, name)
        found: Counter[str] = Counter()
        records = self.aws.manifests.records(backup, head)
        there = self._histories(backup, "")
        for _, record, history in merged(records, there, _record_key, _history_key):
            if record is not None:
                found["held" if _holds(history, record) else "missing"] += 1
        if found["missing"] or not head.complete:
            raise NotVerified(
                f"{found['missing']:,} of the {head.objects:,} objects that the manifest names "
                f"are not in {backup} as it names them.",
                hint="Run the same command again: it copies what is missing.",
            )
        return Progress(True, f"{found['held']:,} copies are there, {head.bytes:,} bytes")

    def pairs(
        self, source: str, backup: str, earlier: tuple[Head, ...] | None = None
    ) -> Iterator[tuple[str, Pair]]:
        """Each key that one of the buckets holds now, in order, with the latest record of it.

        `earlier` are the backups to take records from; None looks for them.
        """
        heads = self._earlier(source, backup) if earlier is None else earlier
        mine = ((it.key, it.current) for it in self._histories(source, ""))
        its = ((it.key, it.current) for it in self._histories(backup, ""))
        both = merged(mine, its, _first, _first)
        records = self._recorded(backup, heads)
        for key, pair, record in merged(both, records, _first, _record_key):
            one = pair[1][1] if pair and pair[1] else None
            other = pair[2][1] if pair and pair[2] else None
            if one is not None or other is not None:
                yield key, Pair(one, other, record)

    def left_out(self, bucket: str) -> tuple[str, ...]:
        """Prefixes of opsctl's own records, which no backup holds and no restore touches."""
        scheme, _, place = self.aws.target.state.partition("://")
        name, _, prefix = place.partition("/")
        mine = (f"{prefix.strip('/') or 'opsctl'}/",) if scheme == "s3" and name == bucket else ()
        return (RESERVED, *mine)

    def _survey(self, source: str, backup: str) -> Survey:
        counted: Counter[str] = Counter()
        left_out = self.left_out(source)
        for key, pair in self.pairs(source, backup):
            if is_left_out(key, left_out):
                counted["left_out"] += pair.source is not None
            else:
                _count(counted, pair)
        heads = self.aws.manifests.heads(backup)
        latest = next((it for it in heads if it.complete and it.source == source), None)
        found = Survey(latest=latest.name if latest else "")
        numbers: dict[str, int] = {**counted, "latest_objects": latest.objects if latest else 0}
        return replace(found, **numbers)  # type: ignore[arg-type]

    def _earlier(self, source: str, backup: str) -> tuple[Head, ...]:
        """The latest whole backup, behind the one that was cut off since, if there is one."""
        heads = [it for it in self.aws.manifests.heads(backup) if it.source == source]
        whole = next((it for it in heads if it.complete), None)
        cut_off = [heads[0]] if heads and heads[0] != whole else []
        return (*cut_off, *([whole] if whole else []))

    def _recorded(self, backup: str, heads: tuple[Head, ...]) -> Iterator[Record]:
        """The records of each as far as it reaches, each key once."""
        reached = ""
        for head in heads:
            began = reached
            for record in self.aws.manifests.records(backup, head):
                if record.key > began:
                    reached = record.key
                    yield record

    def _histories(self, bucket: str, prefix: str) -> Iterator[History]:
        region = self.aws.s3.bucket(bucket).region
        return histories(self.aws.object_versions.pages(bucket, prefix, region))

    def _ends(self, source: str, backup: str) -> Ends:
        one, other = self.aws.at_once(
            lambda: self.aws.s3.bucket(source), lambda: self.aws.s3.bucket(backup)
        )
        return Ends(source, backup, one.region, other.region, self.left_out(source))


def _count(counted: Counter[str], pair: Pair) -> None:
    if pair.source is None:
        counted["gone"] += 1
        return
    counted["objects"] += 1
    counted["bytes"] += pair.source.size
    if pair.is_same:
        counted["same"] += 1
        counted["recorded"] += pair.is_recorded
        return
    counted["bytes_to_copy"] += pair.source.size
    if pair.copy is None:
        counted["added"] += 1
        return
    counted["replaced"] += 1
    counted["shrunken"] += 0 < pair.source.size < pair.copy.size
    counted["emptied"] += pair.source.size == 0 < pair.copy.size


def _holds(history: History | None, record: Record) -> bool:
    entries = history.entries if history else ()
    return any(it.version == record.copy and it.size == record.size for it in entries)


def _first(pair: tuple[str, object] | tuple[str, object, object]) -> str:
    return pair[0]


def _record_key(record: Record) -> str:
    return record.key


def _history_key(history: History) -> str:
    return history.key
