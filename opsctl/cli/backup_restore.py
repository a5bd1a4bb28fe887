"""The body of `opsctl backup restore s3`: a moment or a backup, and which keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsctl.cli import backup_create, moments
from opsctl.errors import UsageProblem
from opsctl.plan import Danger

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session


def restore(
    session: Session, backup: str, at: str, prefix: str | None, *, delete_newer: bool
) -> None:
    """Restores the bucket. Raises UsageProblem for words that do not say what is wanted."""
    from opsctl.procedures import restore_objects as procedure

    if bool(backup) is bool(at):
        raise UsageProblem(
            "Restore from what?", hint="Say --at TIME, or name a BACKUP: opsctl backup list"
        )
    moment = moments.past("--at", at, session.store.now()).isoformat() if at else ""
    request = procedure.Request(
        session.target.env,
        moment,
        backup_create.checked(backup, "BACKUP"),
        _bounded(prefix),
        delete_newer,
    )
    session.run(procedure.PROCEDURE, request, at_least=Danger.SEVERE)


def _bounded(prefix: str | None) -> str:
    """A prefix that ends at a boundary: `images/1` would be the beginning of `images/10` too."""
    if prefix is None:
        return ""
    if not prefix.strip("/"):
        raise UsageProblem("--prefix is empty.", hint="Leave it out to mean the whole bucket.")
    if not prefix.endswith("/"):
        raise UsageProblem(
            f"--prefix {prefix} does not end at a boundary: it would also mean {prefix}0.",
            hint=f"--prefix {prefix}/",
        )
    return prefix
