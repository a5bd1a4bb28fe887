"""Whether a table is fit to be served: there, of the same shape, allowed, without the erased."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.table_restores import Origin
from opsctl.aws.table_settings import Shape
from opsctl.errors import NotFound
from opsctl.plan import Refusal

USES = [
    f"dynamodb:{name}" for name in ("GetItem", "PutItem", "Query", "DeleteItem", "DescribeTable")
]
"""What the service does with its table."""


@dataclass(frozen=True)
class Fitness:
    """What is known of a table that shall take the place of `in_use`."""

    origin: Origin
    in_use: str
    former: Shape | None
    """None where the table in use is gone."""
    shape: Shape
    lacking: str
    """Why it may hold somebody who was erased; empty when it cannot."""
    barred: tuple[str, ...] = ()
    """What the task's role may do with the table in use, and may not with this one."""


def read(aws: Aws, table: str, in_use: str, role: str) -> Fitness:
    """Looks at both tables; `role` is the tasks'. Raises NotFound where there is no such table."""
    origin = aws.table_restores.origin(table)
    if origin is None:
        raise NotFound(
            f"There is no table {table}.", hint="Restore one: opsctl backup restore dynamodb"
        )
    former, shape, lacking = aws.at_once(
        lambda: _shape(aws, in_use),
        lambda: aws.table_settings.shape(table),
        lambda: aws.table_replays.lacking(table),
    )
    return Fitness(origin, in_use, former, shape, lacking, _barred(aws, role, in_use, origin))


def refusals(found: Fitness, env: str) -> Iterator[Refusal]:
    """Why the table must not be served."""
    origin = found.origin
    if not origin.ready:
        words = "still being restored" if origin.restoring else origin.status
        yield Refusal(f"{origin.table} is {words}.", hint=f"Wait for it: {_restore(origin, env)}")
    if found.lacking:
        yield Refusal(
            f"{origin.table} may hold users who were erased: {found.lacking}.",
            hint=_erase_again(origin, env),
        )
    if found.former:
        yield from _misshapen(origin.table, found.former, found.shape)
    if found.barred:
        yield Refusal(
            f"The role of the tasks may not use {origin.table}: {', '.join(found.barred)} on "
            f"{origin.arn} is denied, on {found.in_use} it is allowed.",
            hint="Allow it in the role's policy, for the table and its indexes.",
        )


def _erase_again(origin: Origin, env: str) -> str:
    """How a table gets rid of whoever was erased; only a restored one can be replayed on."""
    if origin.moment or origin.backup:
        return f"Erase them there again: {_restore(origin, env)}"
    return (
        "It is no restored table, so erasures cannot be done again on it. Take one that is: "
        f"opsctl backup restore dynamodb BACKUP --env {env}"
    )


def _restore(origin: Origin, env: str) -> str:
    """The command that finishes the restore of the table."""
    which = origin.backup or (f"--at {origin.moment.isoformat()}" if origin.moment else "BACKUP")
    return f"opsctl backup restore dynamodb {which} --as {origin.table} --env {env}"


def _misshapen(table: str, former: Shape, shape: Shape) -> Iterator[Refusal]:
    if shape.keys != former.keys:
        yield Refusal(
            f"{table} has the key {_told(shape.keys)}, and the service expects "
            f"{_told(former.keys)}.",
            hint="It is another kind of table. See: opsctl backup list",
        )
    missing = [name for name, key in former.indexes.items() if shape.indexes.get(name) != key]
    if missing:
        yield Refusal(
            f"{table} has no index {', '.join(sorted(missing))} as the service expects it.",
            hint="Wait until its indexes are built, or restore it again with them.",
        )


def _told(keys: Mapping[str, str]) -> str:
    return " + ".join(keys)


def _shape(aws: Aws, table: str) -> Shape | None:
    try:
        return aws.table_settings.shape(table) if table else None
    except NotFound:
        return None


def _barred(aws: Aws, role: str, in_use: str, origin: Origin) -> tuple[str, ...]:
    """Compared with the table in use, since IAM's simulation does not know a task's conditions."""
    if not role or not in_use:
        return ()
    stem = origin.arn.rpartition("/")[0]
    now, then = aws.at_once(
        lambda: aws.iam.denied(role, USES, [f"{stem}/{in_use}"]),
        lambda: aws.iam.denied(role, USES, [origin.arn]),
    )
    if now is None or then is None:
        return ()
    return tuple(it for it in then if it not in now)
