"""The checklist's item about backups: fresh ones of bucket and table, and recovery in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

from opsctl.lock.lease import age
from opsctl.reports.checklist import Seen
from opsctl.reports.checklist_items import BAD, OK, UNKNOWN, Item, open_question, seen

KEY, TITLE = "backup", "Backup fresh"
NOT_KEPT = ""
"""The state of a bucket of which the environment keeps no backup."""
Half: TypeAlias = tuple[str, str]
"""(state, evidence)."""


def item(it: Seen) -> Item:
    """Bucket, table and point-in-time recovery together: the worst of the three counts."""
    halves = (_bucket(it), _table(it), _recovery(it))
    states = [state for state, _ in halves]
    evidence = "; ".join(told for _, told in halves)
    for state in (BAD, UNKNOWN):
        if state in states:
            return seen(KEY, TITLE, state, evidence, command(it))
    if NOT_KEPT in states:
        return open_question(KEY, TITLE, "Can the bucket be restored all the same?", evidence)
    return seen(KEY, TITLE, OK, evidence)


def command(it: Seen) -> str:
    """What mends it, as far as the environment has a place for a backup."""
    target = it.target
    fresh = _table(it)[0] == OK and _bucket(it)[0] in (OK, NOT_KEPT)
    if fresh and _recovery(it)[0] == BAD:
        return (
            f"aws dynamodb update-continuous-backups --table-name {target.table} "
            "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true"
        )
    return f"opsctl backup create {what(it)} --env {target.env}"


def what(it: Seen) -> str:
    """What `opsctl backup create` can make here: all, or only dynamodb."""
    return "all" if it.target.backup_bucket else "dynamodb"


def can_make(it: Seen) -> bool:
    """Whether a backup that is made now would mend something."""
    return item(it).state == BAD and command(it).startswith("opsctl ")


def _bucket(it: Seen) -> Half:
    usable = {("s3", "complete"), ("vault s3", "completed")}
    found = it.backups.bucket
    made = [(one.created, one.name) for one in found.backups if (one.kind, one.status) in usable]
    state, told = _freshest(it, "bucket", made)
    if state == BAD and found.unknown:
        return UNKNOWN, f"bucket: could not look: {'; '.join(found.unknown)}"
    if not made and not it.target.backup_bucket:
        return NOT_KEPT, f"bucket: {it.target.env} has no backup_bucket in opsctl.toml"
    return state, told


def _table(it: Seen) -> Half:
    table, found = it.target.table, it.backups.table
    usable = [one for one in found.backups if one.table == table and one.status == "AVAILABLE"]
    made = [(one.created, one.name) for one in usable]
    for one in it.backups.bucket.backups:
        if (one.kind, one.status) == ("vault dynamodb", "completed"):
            made.append((one.created, one.name))
    state, told = _freshest(it, "table", made)
    if state == BAD and _is_blind(it):
        return UNKNOWN, f"could not look: {'; '.join(found.unknown)}"
    return state, told


def _recovery(it: Seen) -> Half:
    window = it.backups.table.recovery
    if window:
        return OK, f"point-in-time recovery on, for {window.days} d"
    if _is_blind(it):
        return UNKNOWN, "point-in-time recovery: could not look"
    return BAD, "point-in-time recovery is off"


def _is_blind(it: Seen) -> bool:
    """Whether nothing of the table could be read; who made a backup may be unknown all the same."""
    found = it.backups.table
    return bool(found.unknown) and not found.backups and found.recovery is None


def _freshest(it: Seen, half: str, made: Iterable[tuple[datetime, str]]) -> Half:
    best = max(made, default=None)
    if best is None:
        return BAD, f"{half}: no backup"
    created, name = best
    most = timedelta(seconds=it.target.backup_age)
    told = f"{half}: {name}, {age(it.at - created)} old"
    return (OK, told) if it.at - created <= most else (BAD, f"{told}, more than {age(most)}")
