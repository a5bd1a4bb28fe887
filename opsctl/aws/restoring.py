"""One run of a restore: copies in flight that make a bucket again what is wanted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from opsctl.aws import copying
from opsctl.aws.copying import Copier, Source
from opsctl.aws.in_flight import InFlight
from opsctl.aws.object_changes import Change, Seen, Wanted
from opsctl.errors import OpsctlError, StepFailed
from opsctl.plan import Json, Progress, Report

if TYPE_CHECKING:
    from opsctl.aws import Aws

AT_ONCE = 32
MOST_FAILURES = 100
"""Objects that may fail before it is the restore that fails."""
BETWEEN_REPORTS = 0.1


class Restored:
    """One restore under way. Memory stays the same however many objects there are."""

    def __init__(
        self,
        aws: Aws,
        bucket: str,
        *,
        region: str,
        source_region: str,
        expected: int = 0,
        report: Report | None = None,
    ) -> None:
        self._aws = aws
        self._bucket = bucket
        self._regions = (region, source_region)
        self._expected = expected
        self._report = report
        self._counts: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._reported = 0.0

    def run(self, changes: Iterable[Change], seen: Seen) -> dict[str, Json]:
        """Makes each change. Raises StepFailed when some could not be made."""
        with InFlight(AT_ONCE, self._done, self._beat) as flight:
            copier = self._copier(flight)
            for change in changes:
                flight.add(_Work(change, copier))
        self._tell(done=True)
        if self._counts["failed"]:
            raise self._failed()
        names = ("restored", "deleted", "same", "gone")
        return {**{name: self._counts[name] for name in names}, "erased": seen.erased}

    def unlike(self, changes: Iterable[Change]) -> tuple[int, int]:
        """Of changes, those that are really left to make, and those of them written since:
        where only the ETag differs, as under SSE-KMS, the checksums decide."""
        with InFlight(AT_ONCE, self._done, self._beat) as flight:
            copier = self._copier(flight)
            for change in changes:
                flight.add(_Look(change, copier))
        return self._counts["differs"], self._counts["same"]

    def _copier(self, flight: InFlight[tuple[str, str]]) -> Copier:
        region, source_region = self._regions
        return Copier(
            self._aws,
            self._bucket,
            region=region,
            source_region=source_region,
            stop=flight.stop,
            only_ours=False,
        )

    def _done(self, answer: tuple[str, str]) -> None:
        kind, why = answer
        self._counts[kind] += 1
        if kind == "failed":
            self._failures[why] += 1
            if self._counts["failed"] >= MOST_FAILURES:
                raise self._failed()
        self._beat()

    def _beat(self) -> None:
        if time.monotonic() - self._reported >= BETWEEN_REPORTS:
            self._tell()

    def _tell(self, *, done: bool = False) -> None:
        self._reported = time.monotonic()
        if self._report is None:
            return
        counts = self._counts
        words = [f"{counts['restored']:,} restored"]
        words += [f"{counts[it]:,} {it}" for it in ("deleted", "same", "failed") if counts[it]]
        made = counts.total()
        counted = (made, self._expected) if self._expected >= made else None
        self._report(Progress(done, ", ".join(words), counted=counted))

    def _failed(self) -> StepFailed:
        codes = ", ".join(f"{code} ({count:,})" for code, count in self._failures.most_common(5))
        return StepFailed(
            f"{self._counts['failed']:,} objects could not be brought back: {codes}.",
            hint="Mend the cause and run the same command again: it goes on with what is left.",
        )


class _Look:
    """Whether one change is left to make: asked in a thread."""

    __slots__ = ("_change", "_copier")

    def __init__(self, change: Change, copier: Copier) -> None:
        self._change = change
        self._copier = copier

    def __call__(self) -> tuple[str, str]:
        return ("same" if _is_alike(self._change, self._copier) else "differs"), ""


class _Work:
    """One change, made in a thread: its failure is an answer like any other."""

    __slots__ = ("_change", "_copier")

    def __init__(self, change: Change, copier: Copier) -> None:
        self._change = change
        self._copier = copier

    def __call__(self) -> tuple[str, str]:
        try:
            return self._made(), ""
        except OpsctlError as error:
            if copying.is_for_all(error):
                raise
            if copying.is_gone(error):
                return "gone", ""
            return "failed", copying.why(error)

    def _made(self) -> str:
        wanted = self._change.wanted
        if wanted is None:
            self._copier.delete_marker(self._change.key)
            return "deleted"
        if _is_alike(self._change, self._copier):
            return "same"
        self._copier.copy(_source(wanted), wanted.key)
        return "restored"


def _is_alike(change: Change, copier: Copier) -> bool:
    """Whether what is there has the same checksum although another ETag."""
    current = change.history.current if change.history else None
    if current is None or change.wanted is None or current.size != change.wanted.size:
        return False
    return copier.compared(_source(change.wanted), change.key, current.version) == "checksum"


def _source(wanted: Wanted) -> Source:
    return Source(
        wanted.bucket, wanted.key, wanted.version, wanted.etag, wanted.size, wanted.storage_class
    )
