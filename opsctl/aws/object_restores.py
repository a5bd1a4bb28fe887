"""Objects brought back in place: each gets a new version, so whatever was there stays a version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from opsctl.aws.erasures import MARGIN
from opsctl.aws.gateway import Gateway
from opsctl.aws.object_changes import Change, Row, Seen, Wanted, compare, taking_back
from opsctl.aws.object_history import History, histories, is_left_out, merged, second
from opsctl.aws.restoring import Restored
from opsctl.errors import NotVerified
from opsctl.plan import Json, Progress, Report
from opsctl.targets import data_map

ROWS = 1000
"""Changes that a survey keeps to show; the others are only counted."""


class ObjectRestores(Gateway):
    """One bucket, brought back to what it was at a time, or to what a backup holds.

    `at` is ISO 8601 or "", `backup` is (backup bucket, name of the backup) or empty: one of them
    says what is wanted. `since` is the moment at which the restore was planned, ISO 8601.
    """

    _surveyed: tuple[tuple[Json, ...], Seen] | None = None

    def now(self, bucket: str) -> str:
        """The time by S3's clock, ISO 8601: versions are dated by it, not by this machine's."""
        answer = self.aws.client("s3").head_bucket(Bucket=bucket)
        date = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
        return (parsedate_to_datetime(date) if date else datetime.now(UTC)).isoformat()

    def survey(
        self, bucket: str, at: str, backup: list[str], prefix: str, *, delete_newer: bool
    ) -> Seen:
        """What would change. The answer is kept, for a second look would take as long."""
        asked: tuple[Json, ...] = (bucket, at, *backup, prefix, delete_newer)
        if self._surveyed is None or self._surveyed[0] != asked:
            seen = Seen()
            for change in self._changes(bucket, at, backup, prefix, seen):
                seen.count(change)
                if len(seen.rows) < ROWS and change.acts(delete_newer):
                    seen.rows.append(Row(change.key, change.kind, change.size))
            self._surveyed = (asked, seen)
        return self._surveyed[1]

    def restore(
        self,
        bucket: str,
        at: str,
        backup: list[str],
        prefix: str,
        delete_newer: bool,
        expected: int,
        report: Report | None = None,
    ) -> dict[str, Json]:
        """Copies what is wanted over what differs, and verifies each copy.

        Run again after an interruption it goes on. Raises StepFailed when an object could not
        be restored.
        """
        self._surveyed = None
        seen = Seen()
        changes = self._changes(bucket, at, backup, prefix, seen)
        wanted = (it for it in changes if it.acts(delete_newer))
        return self._restored(bucket, backup, expected, report).run(wanted, seen)

    def take_back(
        self,
        bucket: str,
        at: str,
        backup: list[str],
        prefix: str,
        since: str,
        report: Report | None = None,
    ) -> dict[str, Json]:
        """Brings back what was there before a restore of those words that began after `since`.

        Only where the newest version is what the restore put there; what somebody wrote since
        is left, and counted.
        """
        self._surveyed = None
        seen = Seen()
        moment = second(datetime.fromisoformat(since))
        changes = (
            change
            for history, wanted in self._wanted(bucket, at, backup, prefix, seen)
            if history and (change := taking_back(history, wanted, bucket, moment))
        )
        return self._restored(bucket, [], 0, report).run(changes, seen)

    def verified(
        self, bucket: str, at: str, backup: list[str], prefix: str, delete_newer: bool, since: str
    ) -> Progress:
        """A second look: nothing differs but what somebody wrote since the restore began.

        Raises NotVerified with how many objects do.
        """
        seen = Seen()
        moment = second(datetime.fromisoformat(since))
        rewritten = 0

        def untouched() -> Iterator[Change]:
            nonlocal rewritten
            for change in self._changes(bucket, at, backup, prefix, seen):
                late = change.history is not None and change.history.touched_since(moment)
                if change.acts(delete_newer) and not late:
                    yield change
                rewritten += late

        left, alike = self._restored(bucket, backup).unlike(untouched())
        if left:
            raise NotVerified(
                f"{left:,} objects of {bucket} are still not what was wanted.",
                hint="Run the same command again: it goes on with what is left.",
            )
        more = f"; {rewritten:,} were written again since" if rewritten else ""
        return Progress(True, f"{seen.same + alike:,} objects are as wanted{more}")

    def _restored(
        self, bucket: str, backup: list[str], expected: int = 0, report: Report | None = None
    ) -> Restored:
        regions = {name: self.aws.s3.bucket(name).region for name in (bucket, *backup[:1])}
        return Restored(
            self.aws,
            bucket,
            region=regions[bucket],
            source_region=regions[backup[0]] if backup else regions[bucket],
            expected=expected,
            report=report,
        )

    def _changes(
        self, bucket: str, at: str, backup: list[str], prefix: str, seen: Seen
    ) -> Iterator[Change]:
        """What differs from what is wanted, in the order of keys; counts the rest in `seen`."""
        for history, wanted in self._wanted(bucket, at, backup, prefix, seen):
            change = compare(history, wanted)
            if change is not None:
                yield change
            elif wanted is not None:
                seen.same += 1

    def _wanted(
        self, bucket: str, at: str, backup: list[str], prefix: str, seen: Seen
    ) -> Iterator[tuple[History | None, Wanted | None]]:
        """Each key with what should be there; without what is opsctl's own or of who was erased."""
        left_out = self.aws.bucket_copies.left_out(bucket)
        moment = datetime.fromisoformat(at) if at else self._made(backup)
        # A copy is dated by the clock of whoever made it; a version by S3's, and it goes for good.
        is_erased = self._is_erased(bucket, moment - MARGIN if backup else moment)
        there = self._histories(bucket, prefix, seen)
        pairs = (
            self._of_backup(there, backup, prefix)
            if backup
            else ((it, _of_version(bucket, it, second(moment))) for it in there)
        )
        for history, wanted in pairs:
            key = history.key if history else wanted.key if wanted else ""
            if is_left_out(key, left_out):
                continue
            if wanted is not None and is_erased(key):
                seen.erased += 1
                continue
            yield history, wanted

    def _histories(self, bucket: str, prefix: str, seen: Seen) -> Iterator[History]:
        region = self.aws.s3.bucket(bucket).region
        for history in histories(self.aws.object_versions.pages(bucket, prefix, region)):
            seen.look(history)
            yield history

    def _of_backup(
        self, there: Iterator[History], backup: list[str], prefix: str
    ) -> Iterator[tuple[History | None, Wanted | None]]:
        bucket, name = backup
        head = self.aws.manifests.head(bucket, name)
        records = (
            it for it in self.aws.manifests.records(bucket, head) if it.key.startswith(prefix)
        )
        pairs = merged(there, records, lambda it: it.key, lambda it: it.key)
        for _, history, record in pairs:
            yield history, Wanted.recorded(bucket, record) if record else None

    def _made(self, backup: list[str]) -> datetime:
        return self.aws.manifests.head(*backup).made

    def _is_erased(self, bucket: str, moment: datetime) -> _Erased:
        maps = [
            it
            for it in data_map.of(self.aws.target)
            if isinstance(it, data_map.BucketData) and it.bucket == bucket
        ]
        return _Erased(maps, self.aws.erasures.since(moment).holds)


class _Erased:
    """Whether a key belongs to somebody who was erased. Keys come in order, so one user's are
    together, and few answers need be kept."""

    def __init__(self, maps: list[data_map.BucketData], holds: Callable[[str], bool]) -> None:
        self._maps = maps
        self._holds = lru_cache(maxsize=16)(holds)

    def __call__(self, key: str) -> bool:
        owners = (it.owner(key) for it in self._maps)
        return any(owner is not None and self._holds(owner) for owner in owners)


def _of_version(bucket: str, history: History, moment: str) -> Wanted | None:
    """The version that was current then."""
    entry = history.at(moment)
    return Wanted.of_entry(bucket, entry) if entry else None
