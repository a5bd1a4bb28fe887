"""The versions of each key, read from a listing of a bucket, and what was current at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from opsctl.aws.object_versions import Entry

L = TypeVar("L")
R = TypeVar("R")

RESERVED = ".opsctl/"
"""Below it lie opsctl's own records in the backup bucket; no such key is copied or restored."""
_SECONDS = len("2026-11-24T03:15:00")


def second(moment: datetime) -> str:
    """A moment as S3 tells times, in whole seconds: `2026-11-24T03:15:00`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


@dataclass(frozen=True)
class History:
    """Every version and delete marker of one key, the newest first."""

    key: str
    entries: tuple[Entry, ...]

    @property
    def current(self) -> Entry | None:
        """What a plain GET answers; None where a delete marker is on top."""
        return _object(self.entries[0])

    def at(self, moment: str) -> Entry | None:
        """What a plain GET answered at the end of that second; None where there was nothing."""
        for entry in self.entries:
            if entry.modified[:_SECONDS] <= moment:
                return _object(entry)
        return None

    def touched_since(self, moment: str) -> bool:
        """Whether the newest of them was made in that second or later."""
        return self.entries[0].modified[:_SECONDS] >= moment

    @property
    def former(self) -> Entry | None:
        """What was current before the newest of them; None where there was nothing."""
        return _object(self.entries[1]) if len(self.entries) > 1 else None


def histories(pages: Iterable[tuple[Entry, ...]]) -> Iterator[History]:
    """Each key with its versions, in the order of keys; one key's versions may span pages."""
    by_key = attrgetter("key")
    # A page may tell versions and markers apart; within a key they come newest first.
    entries = (entry for page in pages for entry in sorted(page, key=by_key))
    for key, found in groupby(entries, by_key):
        yield History(key, _newest_first(tuple(found)))


def merged(
    left: Iterable[L],
    right: Iterable[R],
    left_key: Callable[[L], str],
    right_key: Callable[[R], str],
) -> Iterator[tuple[str, L | None, R | None]]:
    """Two streams in the order of keys as one: (key, what the left has, what the right has)."""
    ones, others = iter(left), iter(right)
    one, other = next(ones, None), next(others, None)
    while one is not None or other is not None:
        key = min(
            ([] if one is None else [left_key(one)]) + ([] if other is None else [right_key(other)])
        )
        mine = one if one is not None and left_key(one) == key else None
        its = other if other is not None and right_key(other) == key else None
        yield key, mine, its
        if mine is not None:
            one = next(ones, None)
        if its is not None:
            other = next(others, None)


def is_left_out(key: str, prefixes: Iterable[str]) -> bool:
    """Whether a key lies below one of the prefixes that are opsctl's own."""
    return any(key.startswith(prefix) for prefix in prefixes)


def _object(entry: Entry) -> Entry | None:
    return None if entry.is_marker else entry


def _newest_first(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    if len(entries) == 1:
        return entries
    newest = sorted(entries, key=lambda it: it.modified[:_SECONDS], reverse=True)
    return tuple(sorted(newest, key=lambda it: not it.is_latest))
