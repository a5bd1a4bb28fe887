"""What a tail has shown lately: so that late events are neither lost nor repeated."""

from __future__ import annotations

from collections import Counter

from opsctl.aws.log_events import LogEvent, Page

LATE = 120_000
"""Milliseconds: an event that becomes readable this much after others is still shown."""
NEAR = 10_000
"""Milliseconds that every look goes back; only some go back as far as LATE."""
FEW = 10_000
"""Ids that are kept without asking whether they are still needed."""


class Window:
    """The last two minutes of one source. Times are milliseconds since 1970.

    It moves with the newest event, not with a clock: a clock that is wrong loses nothing. An
    event that claims to come from the future moves it no further than `now`, AWS's own time.
    """

    def __init__(self, since: int) -> None:
        self._since = since
        self._newest = since
        self._reached = since
        self._seen: dict[str, int] = {}
        self._nameless: Counter[tuple[int, str, str]] = Counter()
        self._pruned = 0

    def start(self, *, far: bool) -> int:
        """From where to read again."""
        return max(self._since, self._newest - (LATE if far else NEAR))

    @property
    def kept(self) -> int:
        """How many ids are remembered."""
        return len(self._seen)

    def unseen(self, page: Page, now: int) -> Page:
        """The events of a page that were not there before, in their order."""
        seen = self._seen
        fresh = []
        for event in page:
            if event.id in seen:
                continue
            seen[event.id] = event.at
            if not self._was_live(event):
                fresh.append(event)
        if page:
            self._reached = max(self._reached, min(page[-1].at, now))
        if len(seen) > FEW + 2 * self._pruned:
            self._forget(self._reached - LATE)
        return tuple(fresh)

    def read(self) -> None:
        """Everything from `start` on has been read: the window moves on."""
        self._newest = max(self._newest, self._reached)
        self._forget(self._newest - LATE)

    def live(self, page: Page, now: int) -> None:
        """Events of a live tail, which have no ids, were shown."""
        for event in page:
            self._nameless[_key(event)] += 1
            self._reached = max(self._reached, min(event.at, now))
        if len(self._nameless) > 2 * FEW:
            oldest = self._reached - LATE
            self._nameless = Counter(
                {key: count for key, count in self._nameless.items() if key[0] >= oldest}
            )

    def _was_live(self, event: LogEvent) -> bool:
        if not self._nameless:
            return False
        key = _key(event)
        if self._nameless[key] <= 0:
            return False
        self._nameless[key] -= 1
        return True

    def _forget(self, oldest: int) -> None:
        self._seen = {id: at for id, at in self._seen.items() if at >= oldest}
        self._pruned = len(self._seen)


def _key(event: LogEvent) -> tuple[int, str, str]:
    return event.at, event.stream, event.message
