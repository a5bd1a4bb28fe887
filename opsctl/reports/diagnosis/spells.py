"""Spells: from when to when numbers were bad, and whether they still are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from opsctl.aws.metrics import Point
from opsctl.reports.diagnosis.evidence import Evidence

GAP_PERIODS = 3
"""So many good or silent periods end a spell."""


@dataclass(frozen=True)
class Spell:
    """The last time without a longer pause in which something was bad."""

    began: datetime
    ended: datetime
    """The end of the last bad period."""
    ongoing: bool
    points: tuple[Point, ...]
    """The bad ones, oldest first."""

    @property
    def words(self) -> str:
        """`since 03:02:10` or `from 03:02:10 to 03:05:40`."""
        if self.ongoing:
            return f"since {self.began:%H:%M:%S}"
        return f"from {self.began:%H:%M:%S} to {self.ended:%H:%M:%S}"

    def severity(self, worst: str) -> str:
        """What is over is only worth a notice."""
        return worst if self.ongoing else "notice"


def last(
    points: Iterable[Point], it: Evidence, bad: Callable[[float], bool] = lambda value: value > 0
) -> Spell | None:
    """The last spell of bad points within the evidence's time; None where none is bad."""
    period = timedelta(seconds=it.period)
    found = sorted((p for p in points if bad(p.value)), key=lambda p: p.at)
    # A period that began before the time that was asked about may still reach into it.
    found = [p for p in found if p.at + period > it.since]
    if not found:
        return None
    first = len(found) - 1
    while first and found[first].at - found[first - 1].at <= (GAP_PERIODS + 1) * period:
        first -= 1
    ended = found[-1].at + period
    spell = tuple(found[first:])
    return Spell(max(spell[0].at, it.since), min(ended, it.until), ended >= it.fresh, spell)
