"""What changed in a table, so that it can be told how it was: the past is the present undone."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

MOST = 200_000
"""Changes that are kept of a table; the earliest moment to restore moves on with what is lost."""


@dataclass(frozen=True)
class Change:
    """At `at`, the item of `key` was `before`: None where there was none."""

    at: datetime
    key: tuple[Hashable, Hashable]
    before: Any


@dataclass
class ChangeLog:
    """The changes since a moment, oldest first. Not for several threads at once."""

    since: datetime
    most: int = MOST
    _changes: deque[Change] = field(default_factory=deque)

    def note(self, at: datetime, key: tuple[Hashable, Hashable], before: Any) -> None:
        """An item is about to change."""
        self._changes.append(Change(at, key, before))
        while len(self._changes) > self.most:
            self.since = self._changes.popleft().at

    def forget(self, until: datetime) -> None:
        """Drop what is older than the time that can be restored."""
        while self._changes and self._changes[0].at < until:
            self._changes.popleft()
        self.since = max(self.since, until)

    def undone(self, at: datetime) -> dict[tuple[Hashable, Hashable], Any]:
        """Key → the item as it was at a moment, None for none, of those that changed since."""
        found: dict[tuple[Hashable, Hashable], Any] = {}
        for change in reversed(self._changes):
            if change.at <= at:
                break
            found[change.key] = change.before
        return found

    def __deepcopy__(self, _: Any) -> ChangeLog:
        """A table that is copied to undo a transaction stays one table, with one past."""
        return self
