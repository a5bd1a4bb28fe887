"""Everything below a prefix, erased: uploads, then versions, then delete markers.

A delete marker that goes before the versions it hides would bring the object back. So markers
go last, in a second pass over the list, and not at all where a version of the key is left.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import NamedTuple

from opsctl.aws import deletions, object_pages, uploads
from opsctl.aws.deletions import Deleted, Version
from opsctl.aws.in_flight import InFlight
from opsctl.aws.object_pages import Entry
from opsctl.aws.wire import Wire
from opsctl.plan import Progress, Report

BATCHES_IN_FLIGHT = 8
MOST_ROUNDS = 5
"""Lists of uploads until none is left: a part that is under way outlives the first abort."""
BEATS_IN_VAIN = 4
"""Beats without an answer after which a report is made, and with it Ctrl-C heard."""
SAMPLE = 10
"""Request ids that are kept."""


@dataclass(frozen=True)
class Erased:
    """What was erased. Only when nothing was `held` and nothing `failed` is nothing left."""

    versions: int = 0
    markers: int = 0
    uploads: int = 0
    bytes: int = 0
    """Of the versions; the parts of uploads are not counted."""
    held: int = 0
    """Versions under Object Lock."""
    failed: dict[str, int] = field(default_factory=dict)
    """How many versions, markers or uploads are left, by AWS's code."""
    kept_markers: int = 0
    """Delete markers left because they hide a version that is left."""
    requests: tuple[str, ...] = ()
    """The first request ids."""


class _Batch(NamedTuple):
    deleted: Deleted
    bytes: int
    of_markers: bool


class Erasing:
    """One run below one prefix. `has_lock` tells whether the bucket has Object Lock."""

    def __init__(
        self,
        wire: Wire,
        bucket: str,
        prefix: str,
        has_lock: Callable[[], bool],
        report: Report | None,
    ) -> None:
        self._wire = wire
        self._place = (bucket, prefix)
        self._has_lock = has_lock
        self._report = report
        self._count: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._denied = 0
        self._is_again = False
        self._requests: list[str] = []

    def run(self) -> Erased:
        """Erases. Raises what the wire raises; what was done until then was reported."""
        self._uploads()
        self._pass(self._versions, of_markers=False)
        if self._count["markers seen"]:
            self._pass(self._markers, of_markers=True)
        held = self._count["held"]
        if self._denied and self._has_lock():
            held += self._denied
        elif self._denied:
            self._failed["AccessDenied"] += self._denied
        return Erased(
            versions=self._count["versions"],
            markers=self._count["markers"],
            uploads=self._count["uploads"],
            bytes=self._count["bytes"],
            held=held,
            failed=dict(self._failed),
            kept_markers=self._count["kept markers"],
            requests=tuple(self._requests),
        )

    def _uploads(self) -> None:
        bucket, prefix = self._place
        for again in range(MOST_ROUNDS):
            seen = 0
            self._is_again = bool(again)
            with InFlight[None](BATCHES_IN_FLIGHT, self._upload_done, self._beat) as flight:
                for page in uploads.under(self._wire, bucket, prefix, flight.heard):
                    seen += len(page)
                    for key, upload in page:
                        flight.add(
                            partial(uploads.abort, self._wire, bucket, key, upload, flight.stop)
                        )
            if not seen:
                return
        left = sum(len(page) for page in uploads.under(self._wire, bucket, prefix))
        if left:
            self._failed["UploadNotAborted"] += left

    def _upload_done(self, _: None) -> None:
        self._count["uploads"] += not self._is_again
        self._beat()

    def _versions(self, heard: threading.Event) -> Iterator[list[Entry]]:
        for page in object_pages.entries(self._wire, *self._place, heard):
            found = [each for each in page if not each.is_marker]
            self._count["markers seen"] += len(page) - len(found)
            yield found

    def _markers(self, heard: threading.Event) -> Iterator[list[Entry]]:
        """The markers of every key of which no version is left, key by key in the list."""
        pages = object_pages.entries(self._wire, *self._place, heard)
        every = (each for page in pages for each in page)
        batch: list[Entry] = []
        for _, of_key in groupby(every, key=lambda each: each.key):
            found: list[Entry] = []
            is_hidden = False
            for each in of_key:
                if each.is_marker:
                    found.append(each)
                else:
                    is_hidden = True
            if is_hidden:
                self._count["kept markers"] += len(found)
            else:
                batch += found
            if len(batch) >= deletions.MOST_KEYS:
                yield batch
                batch = []
        yield batch

    def _pass(
        self, listed: Callable[[threading.Event], Iterator[list[Entry]]], *, of_markers: bool
    ) -> None:
        with InFlight[_Batch](BATCHES_IN_FLIGHT, self._batch_done, self._beat) as flight:
            for page in listed(flight.heard):
                for start in range(0, len(page), deletions.MOST_KEYS):
                    some = page[start : start + deletions.MOST_KEYS]
                    self._count["sent"] += 1
                    flight.add(partial(self._delete, flight, some, of_markers))

    def _delete(self, flight: InFlight[_Batch], entries: list[Entry], of_markers: bool) -> _Batch:
        wanted: list[Version] = [(each.key, each.version) for each in entries]
        deleted = deletions.delete(self._wire, self._place[0], wanted, flight.stop)
        left = set(deleted.left)
        size = sum(each.size for each in entries if (each.key, each.version) not in left)
        return _Batch(deleted, size, of_markers)

    def _batch_done(self, batch: _Batch) -> None:
        found = batch.deleted
        self._count["markers" if batch.of_markers else "versions"] += found.done
        self._count["bytes"] += batch.bytes
        self._count["held"] += found.held
        self._denied += found.denied
        self._failed += found.failed
        self._requests += found.requests[: SAMPLE - len(self._requests)]
        self._beat()

    def _beat(self) -> None:
        """Says how far it is, and hears whoever wants to stop.

        A report means that something was changed, so it waits a little for the first answer,
        which may well be that nothing may be deleted.
        """
        count = self._count
        kinds = [it for it in ("versions", "markers", "uploads") if count[it]]
        count["in vain"] += bool(count["sent"]) and not kinds
        if self._report and (kinds or count["in vain"] > BEATS_IN_VAIN):
            words = (f"{count[it]:,} {it if count[it] > 1 else it[:-1]}" for it in kinds)
            self._report(Progress(False, f"{', '.join(words) or 'nothing'} erased"))
