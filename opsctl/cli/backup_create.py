"""The body of `opsctl backup create` and `backup prune s3`: which procedure, with which names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsctl.cli import moments
from opsctl.errors import UsageProblem

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session
    from opsctl.procedures import back_up_table

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{2,127}")


def create(session: Session, what: str, engine: str, name: str) -> None:
    """Backs up the bucket, the table, or both. Raises UsageProblem for what does not fit."""
    if engine == "s3-batch" and what != "s3":
        raise UsageProblem(
            "--engine s3-batch copies buckets only.",
            hint="opsctl backup create s3 --engine s3-batch",
        )
    checked(name, "--name")
    if engine == "aws-backup":
        _by_vault(session, what, name or f"opsctl-{moments.stamp(session.store.now())}")
    elif what == "s3":
        _bucket(session, engine, name)
    elif what == "dynamodb":
        from opsctl.procedures import back_up_table as procedure

        session.run(procedure.PROCEDURE, _of_table(session, name))
    else:
        _all(session, name)


def prune(session: Session, keep: str) -> None:
    """Deletes old backups of the bucket."""
    from opsctl.plan import Danger
    from opsctl.procedures import prune_copies as procedure
    from opsctl.procedures import retention

    kept = retention.parsed(keep, session.store.now())
    request = procedure.Request(session.target.env, kept)
    session.run(procedure.PROCEDURE, request, at_least=Danger.SEVERE)


def checked(name: str, option: str) -> str:
    """A backup's name as it was typed. Raises UsageProblem for one that no backup can have."""
    if name and not NAME.fullmatch(name):
        raise UsageProblem(
            f"{option}: {name!r} is no name of a backup.",
            hint="3 to 128 letters, digits, dots, dashes and underscores.",
        )
    return name


def _bucket(session: Session, engine: str, name: str) -> None:
    if engine == "s3-batch":
        from opsctl.procedures import back_up_by_batch

        batch = back_up_by_batch.Request(session.target.env, _named(session, name))
        session.run(back_up_by_batch.PROCEDURE, batch)
        return
    from opsctl.procedures import back_up_bucket as procedure

    session.run(procedure.PROCEDURE, procedure.Request(session.target.env, _named(session, name)))


def _named(session: Session, name: str) -> str:
    return name or f"s3-{moments.stamp(session.store.now())}"


def _of_table(session: Session, name: str) -> back_up_table.Request:
    from opsctl.procedures import back_up_table, prune_backups

    chosen = name or f"{prune_backups.PREFIX}{moments.stamp(session.store.now())}"
    return back_up_table.Request(session.target.env, session.target.table, chosen)


def _by_vault(session: Session, what: str, name: str) -> None:
    from opsctl.procedures import back_up_by_vault as procedure

    kinds = ("s3", "dynamodb") if what == "all" else (what,)
    session.run(procedure.PROCEDURE, procedure.Request(session.target.env, name, kinds))


def _all(session: Session, name: str) -> None:
    from opsctl.procedures import back_up_all as procedure
    from opsctl.procedures import back_up_bucket

    request = procedure.Request(
        _of_table(session, name),
        back_up_bucket.Request(session.target.env, _named(session, name)),
    )
    session.run(procedure.PROCEDURE, request)
