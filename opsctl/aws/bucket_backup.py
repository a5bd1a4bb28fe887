"""One run of a backup: copies in flight, their records in order, and what came of each object."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from opsctl.aws import copying
from opsctl.aws.copying import Copier, Source, bare
from opsctl.aws.in_order import InOrder
from opsctl.aws.manifests import RECORDS_IN_A_PART, Head, Record
from opsctl.aws.object_history import is_left_out
from opsctl.errors import OpsctlError, StepFailed
from opsctl.plan import Json, Progress, Report

if TYPE_CHECKING:
    from opsctl.aws import Aws
    from opsctl.aws.bucket_copies import Pair
    from opsctl.aws.object_versions import Entry

AT_ONCE = 32
MOST_FAILURES = 100
"""Objects that may fail before it is the backup that fails."""
BETWEEN_PARTS = 30.0
"""Seconds after which what was recorded is written, so that an interruption loses little."""
BETWEEN_REPORTS = 0.1
CHANGES_FOLLOWED = 3
"""How often an object that changes while it is copied is looked at again."""


@dataclass(frozen=True)
class Ends:
    """The two buckets, their regions, and the prefixes that are not copied."""

    source: str
    backup: str
    source_region: str
    backup_region: str
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Done:
    """What came of one object. `record` is None where nothing can be recorded."""

    kind: str
    """copied, kept, gone or failed."""
    size: int
    record: Record | None = None
    why: str = ""
    """AWS's code for the failure."""


class Backup:
    """One backup under way. Memory stays the same however many objects there are."""

    def __init__(
        self, aws: Aws, ends: Ends, head: Head, expected: int, report: Report | None
    ) -> None:
        self._aws = aws
        self._ends = ends
        self._head = head
        self._expected = expected
        self._report = report
        self._counts: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._records: list[Record] = []
        self._written = time.monotonic()
        self._reported = 0.0

    def run(self, pairs: Iterable[tuple[str, Pair]]) -> dict[str, Json]:
        """Copies, records, and closes the manifest. Raises StepFailed for what was not copied."""
        self._write_head()
        with InOrder(AT_ONCE, self._done, self._beat) as flight:
            copier = Copier(
                self._aws,
                self._ends.backup,
                region=self._ends.backup_region,
                source_region=self._ends.source_region,
                stop=flight.stop,
                only_ours=True,
            )
            for key, pair in pairs:
                if pair.source is None or is_left_out(key, self._ends.left_out):
                    continue
                if pair.is_same and pair.copy is not None:
                    flight.ready(_kept(pair.source, pair.copy, pair.record))
                else:
                    flight.later(_Work(self._ends.source, copier, pair.source, pair.copy))
        self._close()
        self._tell(done=True)
        return self._answer()

    def _done(self, done: Done) -> None:
        self._counts[done.kind] += 1
        if done.kind == "failed":
            self._failures[done.why] += 1
            if self._counts["failed"] >= MOST_FAILURES:
                raise self._failed()
        if done.record is not None:
            self._counts["objects"] += 1
            self._counts["bytes"] += done.size
            self._counts["by_size_only"] += done.record.proof == "size"
            self._records.append(done.record)
            if len(self._records) >= RECORDS_IN_A_PART or self._is_late():
                self._write_part()
        self._beat()

    def _is_late(self) -> bool:
        return time.monotonic() - self._written > BETWEEN_PARTS

    def _beat(self) -> None:
        if time.monotonic() - self._reported >= BETWEEN_REPORTS:
            self._tell()

    def _tell(self, *, done: bool = False) -> None:
        self._reported = time.monotonic()
        counts = self._counts
        seen = sum(counts[it] for it in ("copied", "kept", "gone", "failed"))
        failed = f", {counts['failed']:,} failed" if counts["failed"] else ""
        summary = (
            f"{counts['copied']:,} copied, {counts['kept']:,} were there, "
            f"{counts['bytes']:,} bytes{failed}"
        )
        if self._report:
            counted = (seen, self._expected) if self._expected >= seen else None
            self._report(Progress(done, summary, counted=counted))

    def _write_head(self) -> None:
        self._head = self._aws.manifests.write_head(self._ends.backup, self._head)

    def _write_part(self) -> None:
        records, self._records = self._records, []
        self._head = self._aws.manifests.write_part(self._ends.backup, self._counted(), records)
        self._written = time.monotonic()

    def _counted(self) -> Head:
        counts = self._counts
        return replace(
            self._head,
            objects=counts["objects"],
            bytes=counts["bytes"],
            copied=counts["copied"],
            failed=counts["failed"],
            by_size_only=counts["by_size_only"],
        )

    def _close(self) -> None:
        if self._records:
            self._write_part()
        ended = datetime.now(UTC).replace(microsecond=0).isoformat()
        whole = not self._counts["failed"]
        self._head = replace(self._counted(), ended=ended, complete=whole)
        self._write_head()
        if not whole:
            raise self._failed()

    def _failed(self) -> StepFailed:
        codes = ", ".join(f"{code} ({count:,})" for code, count in self._failures.most_common(5))
        return StepFailed(
            f"{self._counts['failed']:,} objects were not copied: {codes}. The backup "
            f"{self._head.name} is not complete; what was copied stays.",
            hint="Mend the cause and run the same command again: it copies only what is missing.",
        )

    def _answer(self) -> dict[str, Json]:
        head = self._head
        return {
            "backup": head.name,
            "bucket": self._ends.backup,
            "objects": head.objects,
            "bytes": head.bytes,
            "copied": head.copied,
            "kept": self._counts["kept"],
            "gone_meanwhile": self._counts["gone"],
            "by_size_only": head.by_size_only,
        }


class _Work:
    """The copying of one object, in a thread: its failure is an answer like any other."""

    __slots__ = ("_bucket", "_copier", "_copy", "_source")

    def __init__(self, bucket: str, copier: Copier, source: Entry, copy: Entry | None) -> None:
        self._bucket = bucket
        self._copier = copier
        self._source = source
        self._copy = copy

    def __call__(self) -> Done:
        try:
            return self._made()
        except OpsctlError as error:
            if copying.is_for_all(error):
                raise
            if copying.is_gone(error):
                return Done("gone", 0)
            return Done("failed", 0, why=copying.why(error))

    def _made(self) -> Done:
        source = _source(self._bucket, self._source)
        if self._copy is not None and self._copy.size == source.size:
            # Other ETags need not mean other bytes: under SSE-KMS they never agree.
            proof = self._copier.compared(source, source.key, self._copy.version)
            if proof == "checksum":
                return _recorded("kept", source, self._copy.version, self._copy.etag, proof)
        for again in range(CHANGES_FOLLOWED):
            try:
                made = self._copier.copy(source, source.key)
                return _recorded("copied", source, made.version, made.etag, made.proof)
            except OpsctlError as error:
                if not copying.is_changed(error) or again == CHANGES_FOLLOWED - 1:
                    raise
                source = self._copier.current(source)
        raise AssertionError("unreachable")


def _source(bucket: str, entry: Entry) -> Source:
    return Source(bucket, entry.key, entry.version, bare(entry.etag), entry.size)


def _kept(source: Entry, copy: Entry, record: Record | None) -> Done:
    proof = record.proof if record and record.copy == copy.version else "etag"
    if bare(source.etag) == bare(copy.etag):
        proof = "etag"
    return _recorded("kept", _source("", source), copy.version, copy.etag, proof)


def _recorded(kind: str, source: Source, version: str, etag: str, proof: str) -> Done:
    other = "" if bare(etag) == source.etag else bare(etag)
    record = Record(source.key, source.version, source.size, source.etag, version, proof, other)
    return Done(kind, source.size, record)
