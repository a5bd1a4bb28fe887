"""The checklist's state beside the plan of a release, in a protected environment."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from opsctl.errors import OpsctlError

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session
    from opsctl.procedures.checked_release import Kept

SEEN_ANEW = ("image", "needs", "incident", "lock", "window")
"""What the release, its runner or `_read` looks at again."""


def beside(session: Session, procedure: Any, tag: str = "") -> Any:
    """The procedure, whose plan tells how the checklist for a tag stands; for no tag, the one of
    what is checked out. Where nothing is protected it stays as it is."""
    if not session.target.protected:
        return procedure
    from opsctl.procedures import checked_release

    return checked_release.around(procedure, lambda: _read(session, tag))


def _read(session: Session, tag: str) -> Kept:
    """What was kept. It asks AWS nothing unless the records lie there."""
    from opsctl.journal.checklists import Checklists
    from opsctl.procedures.checked_release import Kept, Line

    env = session.target.env
    command = f"opsctl checklist deploy {shlex.quote(tag)} --env {env}"
    if not tag:
        command = f"opsctl checklist deploy --env {env}"
    try:
        record = Checklists(session.store, env).latest(tag)
        incident = session.incidents.open_id()
    except OpsctlError as error:
        return Kept(command, problem=error.message)
    if record is None:
        return Kept(command, incident=incident)
    told = [it for it in record.entries if it.item not in SEEN_ANEW]
    return Kept(
        command,
        tuple(Line(it.title, it.state, it.evidence, it.said) for it in told),
        at=f"{record.at:%H:%M} UTC",
        by=record.by,
        commit=record.subject.commit,
        live=record.subject.live,
        incident=incident,
    )
