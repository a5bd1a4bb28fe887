"""Old backups of the bucket, deleted: their manifests, and the copies that no other one names."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from opsctl.aws import deletions
from opsctl.aws.deletions import Deleted, Version
from opsctl.aws.gateway import Gateway
from opsctl.aws.in_flight import InFlight
from opsctl.aws.manifests import FOLDER, Head, Record
from opsctl.errors import FactsChanged, StepFailed
from opsctl.plan import Json, Progress, Report

AT_ONCE = 8


@dataclass(frozen=True)
class Superfluous:
    """What would go: copies that only the dropped backups name, and their bytes."""

    copies: int = 0
    bytes: int = 0


class CopyPruning(Gateway):
    """The backup bucket, made smaller. Only what a dropped manifest names is deleted, so what
    somebody else put there stays."""

    _surveyed: tuple[tuple[str, ...], Superfluous] | None = None

    def survey(self, bucket: str, drop: list[str]) -> Superfluous:
        """What would go. The answer is kept, for a second look would take as long."""
        asked = (bucket, *drop)
        if self._surveyed is None or self._surveyed[0] != asked:
            copies = size = 0
            for record in self._superfluous(bucket, drop):
                copies += 1
                size += record.size
            self._surveyed = (asked, Superfluous(copies, size))
        return self._surveyed[1]

    def prune(
        self,
        bucket: str,
        drop: list[str],
        keeping: list[str],
        expected: int,
        report: Report | None = None,
    ) -> dict[str, Json]:
        """Deletes the copies that only these backups name, then their manifests.

        Raises FactsChanged, before anything is deleted, where other backups are there than
        `keeping` names: one of them may need what would go. Raises StepFailed when a copy could
        not be deleted; the manifests stay then, and the same command goes on.
        """
        there = {it.name for it in self.aws.manifests.heads(bucket)} - set(drop)
        if there != set(keeping):
            raise FactsChanged(
                "Other backups are there now than when the plan was shown.",
                hint="Run the same command again to see the new plan.",
            )
        self._surveyed = None
        wire = self.aws.wire("s3", self.aws.s3.bucket(bucket).region)
        result = Deleted()

        def done(batch: Deleted) -> None:
            result.done += batch.done
            result.held += batch.held + batch.denied
            result.failed += batch.failed
            beat()

        def beat() -> None:
            if report:
                words = f"{result.done:,} copies deleted"
                report(Progress(False, words, counted=(result.done, max(expected, result.done))))

        with InFlight[Deleted](AT_ONCE, done, beat) as flight:
            for batch in _batches(self._superfluous(bucket, drop)):
                flight.add(partial(deletions.delete, wire, bucket, batch, flight.stop))
            flight.drain()
            _check(result)
            copies = result.done
            for batch in self._of_manifests(bucket, drop):
                flight.add(partial(deletions.delete, wire, bucket, batch, flight.stop))
        _check(result)
        return {"backups": len(drop), "deleted": copies}

    def gone(self, bucket: str, drop: list[str]) -> Progress:
        """Whether none of these backups is listed any more."""
        left = {it.name for it in self.aws.manifests.heads(bucket)} & set(drop)
        return Progress(not left, f"{len(left)} of {len(drop)} are still listed")

    def _superfluous(self, bucket: str, drop: list[str]) -> Iterator[Record]:
        """One record for each copy that dropped manifests name and no other one does."""
        streams = [
            self._marked(bucket, head, head.name in drop)
            for head in self.aws.manifests.heads(bucket)
        ]
        for _, found in groupby(heapq.merge(*streams, key=_place), key=_place):
            records = list(found)
            if all(dropped for _, dropped in records):
                yield records[0][0]

    def _marked(self, bucket: str, head: Head, dropped: bool) -> Iterator[tuple[Record, bool]]:
        """The records of one manifest in the order of their places."""
        for record in self.aws.manifests.records(bucket, head):
            yield record, dropped

    def _of_manifests(self, bucket: str, drop: list[str]) -> Iterator[list[Version]]:
        """Every version of the parts and heads of these backups, one backup after another."""
        region = self.aws.s3.bucket(bucket).region
        for name in drop:
            for prefix in (f"{FOLDER}{name}/", f"{FOLDER}{name}.json"):
                for page in self.aws.object_versions.pages(bucket, prefix, region):
                    # `NAME.json` is also how the head of a backup `NAME.json.2` begins.
                    own = (it for it in page if it.key == prefix or prefix.endswith("/"))
                    if batch := [(it.key, it.version) for it in own]:
                        yield batch


def _place(marked: tuple[Record, bool]) -> tuple[str, str]:
    return marked[0].key, marked[0].copy


def _batches(records: Iterator[Record]) -> Iterator[list[Version]]:
    batch: list[Version] = []
    for record in records:
        batch.append((record.key, record.copy))
        if len(batch) == deletions.MOST_KEYS:
            yield batch
            batch = []
    if batch:
        yield batch


def _check(result: Deleted) -> None:
    """Raises StepFailed for what could not be deleted."""
    if not result.held and not result.failed:
        return
    codes = [f"{code} ({count:,})" for code, count in result.failed.most_common(3)]
    codes += [f"held by Object Lock or refused ({result.held:,})"] if result.held else []
    raise StepFailed(
        f"Not every copy could be deleted: {', '.join(codes)}. The backups are still listed.",
        hint="Mend the cause and run the same command again: it goes on with what is left.",
    )
