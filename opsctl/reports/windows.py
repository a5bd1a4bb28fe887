"""Windows: whether now is a time for changes, when the next ones are, and what that means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from opsctl.errors import OpsctlError
from opsctl.lock import LockRecord
from opsctl.targets import Target, maintenance
from opsctl.targets.freezes import Freeze
from opsctl.targets.windows import Opening

NEXT = 3
"""How many openings are told."""


@dataclass(frozen=True)
class Outlook:
    """How an environment stands. `state`: open, closed or frozen, by its calendar alone; `until`
    None: for good. `emergency_notice` is in seconds."""

    env: str
    now: datetime
    protected: bool
    state: str
    until: datetime | None
    windows: tuple[str, ...]
    openings: tuple[Opening, ...]
    """The next ones; the first may last already."""
    freezes: tuple[Freeze, ...]
    """Those that last or are to come."""
    lock: LockRecord | None
    """Who holds the environment; a freeze of the lock stops every change."""
    not_looked_at: str
    """Why the lock is not known."""
    emergency_notice: float

    @property
    def is_locked(self) -> bool:
        """Whether `opsctl lock take` froze it."""
        return self.lock is not None and self.lock.kind == "freeze"

    @property
    def changes(self) -> dict[str, str]:
        """What each danger may do now: allowed, refused (but for an emergency) or locked; unknown
        where only the lock, which was not looked at, could forbid it."""
        if self.is_locked:
            return dict.fromkeys(("mild", "moderate", "severe"), "locked")
        free = "unknown" if self.not_looked_at else "allowed"
        notable = free if self.state == "open" else "refused"
        return {"mild": free, "moderate": notable, "severe": notable}


def look(
    target: Target, clock: Callable[[], datetime], lock: Callable[[], LockRecord | None]
) -> Outlook:
    """How it stands now. Where the records cannot be read, this machine's clock counts."""
    from opsctl.state import utc_now

    now, held, why = utc_now(), None, ""
    try:
        now, held = clock(), lock()
    except OpsctlError as error:
        why = error.message
    kept = target.protected
    it = maintenance.standing(target, now)
    return Outlook(
        env=target.env,
        now=now,
        protected=target.protected,
        state=it.state if kept else "open",
        until=it.until if kept else None,
        windows=target.windows,
        openings=maintenance.openings(target, now, NEXT) if target.windows else (),
        freezes=maintenance.ahead(target, now),
        lock=held,
        not_looked_at=why,
        emergency_notice=target.emergency_notice,
    )
