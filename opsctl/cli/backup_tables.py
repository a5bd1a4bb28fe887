"""The table's part of `opsctl backup`: words into requests."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from opsctl.cli import moments, options
from opsctl.errors import UsageProblem
from opsctl.plan import Danger

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session


def restore(session: Session, backup: str, at: str, as_: str) -> None:
    """`opsctl backup restore dynamodb`. Off a terminal, a backup or a moment must be named."""
    from opsctl.procedures import restore_table as procedure

    if backup and at:
        raise UsageProblem("A backup or a moment, not both.", hint="Leave out one of them.")
    nobody = session.common.no_input or not session.screen.can_ask
    if nobody and not (backup or at):
        raise UsageProblem(
            "Which backup?", hint="Name one of `opsctl backup list`, or a moment: --at TIME"
        )
    _check_arn(backup)
    moment = ""
    if at:
        # AWS keeps whole seconds, by which a second run knows the table of the first.
        moment = moments.past("--at", at, session.store.now()).replace(microsecond=0).isoformat()
    target = session.target
    session.run(
        procedure.PROCEDURE,
        procedure.Request(
            target.env, target.table, backup, moment, _named("--as", as_) if as_ else ""
        ),
    )


def switch(session: Session, table: str) -> None:
    """`opsctl backup switch`."""
    from opsctl.procedures import switch_table as procedure

    asked = procedure.Request(
        session.target.env, _named("TABLE", table), session.target.deploy_timeout
    )
    session.run(procedure.PROCEDURE, asked, at_least=Danger.MODERATE)


def prune(session: Session, keep: str) -> None:
    """`opsctl backup prune dynamodb`: `keep` is a number of backups, or how far back they go."""
    from opsctl.procedures import prune_backups as procedure

    target = session.target
    if keep.strip().isdecimal():
        if not int(keep):
            raise UsageProblem("--keep: one backup is the least.", hint="--keep 7, or --keep 30d")
        asked = procedure.Request(target.env, target.table, keep=int(keep))
    else:
        since = session.store.now() - timedelta(seconds=options.seconds("--keep", keep))
        moment = since.astimezone(UTC).replace(microsecond=0).isoformat()
        asked = procedure.Request(target.env, target.table, since=moment)
    session.run(procedure.PROCEDURE, asked, at_least=Danger.SEVERE)


def _check_arn(backup: str) -> None:
    """Raises UsageProblem for an ARN that is not one of a backup of DynamoDB."""
    from opsctl.aws.table_backups import ARN

    if backup.startswith("arn:") and not ARN.fullmatch(backup):
        raise UsageProblem(
            f"{backup!r} is no backup of DynamoDB.",
            hint="Name one of `opsctl backup list`. A recovery point of AWS Backup is restored by "
            "AWS Backup: aws backup start-restore-job",
        )


def _named(option: str, name: str) -> str:
    """A name of a table or of its backup. Raises UsageProblem for what DynamoDB does not take."""
    from opsctl.aws.table_backups import NAME

    if not NAME.fullmatch(name):
        raise UsageProblem(
            f"{option}: {name!r} is no name that DynamoDB takes.",
            hint="3 to 255 letters, digits, underscores, dots and dashes.",
        )
    return name
