"""Whether now is a time for changes in a target: its windows and freezes together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from opsctl import durations
from opsctl.targets import windows
from opsctl.targets.freezes import Freeze
from opsctl.targets.windows import Opening

if TYPE_CHECKING:
    from opsctl.targets import Target


@dataclass(frozen=True)
class Standing:
    """How a target stands at a moment. `state`: open, closed or frozen; `until` None: for good."""

    state: str
    until: datetime | None
    freeze: Freeze | None = None


def is_kept(target: Target) -> bool:
    """Whether the target has a calendar at all."""
    return bool(target.windows or target.freezes)


def standing(target: Target, now: datetime) -> Standing:
    """How the target stands now. Without windows it is open whenever it is not frozen."""
    if freeze := _frozen(target, now):
        return Standing("frozen", _thawed(target, freeze), freeze)
    (opening,) = openings(target, now, 1)
    if opening.opens <= now:
        return Standing("open", opening.closes)
    return Standing("closed", opening.opens)


def openings(target: Target, now: datetime, count: int) -> tuple[Opening, ...]:
    """The next times for changes, at most so many; the first may last already, since `now`."""
    found: list[Opening] = []
    at: datetime | None = now
    while at is not None and len(found) < count:
        opening = _window(target, at)
        opens = max(opening.opens, at)
        if freeze := _frozen(target, opens):
            at = _thawed(target, freeze)
            continue
        coming = [it.begins for it in target.freezes if it.begins > opens]
        ends = [*coming, *([opening.closes] if opening.closes else [])]
        at = min(ends, default=None)
        found.append(Opening(opens, at))
    return tuple(found)


def ahead(target: Target, now: datetime) -> tuple[Freeze, ...]:
    """The freezes that last or are to come."""
    return tuple(it for it in target.freezes if it.ends > now)


def told(moment: datetime, now: datetime) -> str:
    """A moment to come as people read it: `2026-11-29 02:00 UTC (in 2d7h)`."""
    left = round((moment - now).total_seconds() / 60) * 60
    return f"{moment:%Y-%m-%d %H:%M} UTC (in {durations.text(left) if left else 'less than 1m'})"


def _frozen(target: Target, moment: datetime) -> Freeze | None:
    return next((it for it in target.freezes if it.lasts(moment)), None)


def _thawed(target: Target, freeze: Freeze) -> datetime:
    """When a freeze is over and no other one goes on."""
    while after := _frozen(target, freeze.ends):
        freeze = after
    return freeze.ends


def _window(target: Target, after: datetime) -> Opening:
    if not target.windows:
        return Opening(after, None)
    return windows.next_opening(map(windows.parse, target.windows), after)
