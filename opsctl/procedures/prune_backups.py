"""Prune backups of the table: what goes is shown by name, and what is needed never goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from opsctl.aws import Aws
from opsctl.aws.table_backups import Backup, TableBackups
from opsctl.plan import Danger, Difference, Do, Json, Plan, call
from opsctl.procedure import Procedure

PREFIX = "opsctl-"
"""How the name of a backup begins that opsctl chose itself."""


@dataclass(frozen=True)
class Request:
    """Keep the newest `keep`, or those made since `since` (ISO 8601); one of them is given."""

    env: str
    table: str
    keep: int = 0
    since: str = ""


@dataclass(frozen=True)
class Facts:
    """The backups of the table, newest first, and the names of those that opsctl made."""

    backups: tuple[Backup, ...]
    ours: frozenset[str]


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the backups of the table and of what it was restored from, and opsctl's records."""
    found = aws.table_backups.of_family(request.table)
    named = [it for it in found if not it.name.startswith(PREFIX) and it.kind == "USER"]
    recorded = aws.at_once(
        *(lambda it=it: aws.saved_settings.saved(it.name, it.table) for it in named)
    )
    own = {it.arn for it, record in zip(named, recorded, strict=True) if record}
    return Facts(
        found,
        frozenset(own | {it.arn for it in found if it.name.startswith(PREFIX)}),
    )


def plan(request: Request, facts: Facts) -> Plan:
    """One step for each backup that goes; each says that it cannot be undone."""
    going = _going(request, facts)
    stays = tuple(_stays(facts, going))
    if not going:
        return Plan(f"No backup of {request.table} is older than what is kept.", notes=stays)
    result: dict[str, Json] = {
        "table": request.table,
        "deleted": [{"name": it.name, "arn": it.arn} for it in going],
    }
    return Plan(
        summary=f"Delete {len(going)} backups of {request.table} for good",
        steps=tuple(_delete(it) for it in going),
        danger=Danger.SEVERE,
        subject=request.table,
        differences=tuple(_row(it) for it in going),
        notes=stays,
        next_commands=(f"opsctl backup list --env {request.env}",),
        result=result,
    )


def _going(request: Request, facts: Facts) -> list[Backup]:
    """What goes, the oldest first; never the newest usable one, whoever made it."""
    newest = next((it.arn for it in facts.backups if it.usable), "")
    own = [it for it in facts.backups if it.kind == "USER" and it.usable and it.arn in facts.ours]
    if request.since:
        since = datetime.fromisoformat(request.since)
        old = [it for it in own if it.created < since]
    else:
        old = own[max(1, request.keep) :]
    return [it for it in reversed(old) if it.arn != newest]


def _delete(it: Backup) -> Do:
    return Do(
        f"Delete the backup {it.name} of {it.created:%Y-%m-%d %H:%M} UTC",
        call(TableBackups.delete, it.arn, it.name, it.table),
        no_undo="a deleted backup cannot be brought back",
        danger=Danger.SEVERE,
    )


def _row(it: Backup) -> Difference:
    size = f", {it.size:,} bytes" if it.size else ""
    return Difference(it.name, f"{it.created:%Y-%m-%d %H:%M} UTC{size}", "deleted")


def _stays(facts: Facts, going: list[Backup]) -> Iterator[str]:
    gone = {it.arn for it in going}
    kept = [it for it in facts.backups if it.arn not in gone and it.usable]
    if kept:
        yield f"Stay: {len(kept)} backups, the newest of {kept[0].created:%Y-%m-%d %H:%M} UTC."
    others = [it for it in kept if it.arn not in facts.ours or it.kind != "USER"]
    if others:
        yield (
            f"Of these, {len(others)} were not made by opsctl (by hand, by AWS itself or by AWS "
            "Backup): it does not delete them."
        )


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "backup prune dynamodb", "Prune backups of the table", gather, plan
)
