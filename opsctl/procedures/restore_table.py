"""Restore the table: a new one beside it, with its settings, and without whoever was erased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from opsctl.aws import Aws
from opsctl.aws.table_replays import TableReplays
from opsctl.aws.table_restores import Origin, TableRestores, is_of_moment
from opsctl.aws.table_settings import Settings
from opsctl.plan import Danger, Do, Plan, Refusal, Step, Wait, call
from opsctl.procedure import Procedure
from opsctl.procedures import restore_permissions, restore_settings
from opsctl.procedures.restore_settings import Wanted
from opsctl.procedures.restore_source import Source, find
from opsctl.procedures.restore_source import refusals as source_refusals


@dataclass(frozen=True)
class Request:
    """`backup` is a name or an ARN, `at` a moment (ISO 8601); with neither, the newest backup.

    `new` is the new table; empty: a name is made of the old one's and the moment.
    """

    env: str
    table: str
    backup: str = ""
    at: str = ""
    new: str = ""
    timeout: float = 6 * 3600.0


@dataclass(frozen=True)
class Facts:
    """What is restored, where to, and what the new table must get beside its items."""

    source: Source
    new: str
    origin: Origin | None
    """The new table, where there is one of that name already."""
    wanted: Wanted | None
    now: Settings | None
    """What the new table has; None as long as it cannot be asked."""
    lacking: str
    """Why erasures have to be replayed on it; empty where that was done."""
    known: bool
    """The data map says whose an item is."""
    erased: int = field(default=0, compare=False)
    denied: tuple[str, ...] | None = field(default=None, compare=False)
    suffix: str = ""


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the backup or the window, the new table if there is one, and all settings."""
    source = find(aws, request.table, request.backup, request.at)
    new = request.new or source.new_name
    origin, lacking = aws.at_once(
        lambda: aws.table_restores.origin(new), lambda: aws.table_replays.lacking(new)
    )
    return Facts(
        source=source,
        new=new,
        origin=origin,
        wanted=restore_settings.read(aws, request.table, source),
        now=aws.table_settings.read(new) if origin and origin.ready else None,
        lacking=lacking,
        known=bool(aws.table_replays.stores(source.table)),
        erased=aws.table_replays.pending(source.since),
        denied=restore_permissions.denied(aws, new),
        suffix=aws.target.alarm_suffix,
    )


def plan(request: Request, facts: Facts) -> Plan:
    """Restore and wait, erase again, then each setting; what is done already is left out."""
    source, new = facts.source, facts.new
    refusals = tuple(_refusals(facts))
    steps = () if refusals else tuple(_steps(request, facts))
    result = {"table": new, "from": source.table, "moment": source.since}
    if not steps and not refusals:
        return Plan(
            f"{new} is {source.words} already, with its settings and without the erased.",
            next_commands=_next(request, new),
            result=result,
        )
    return Plan(
        summary=f"Restore {source.words} into the new table {new}",
        steps=steps,
        danger=Danger.MILD,
        notes=tuple(_notes(facts)),
        refusals=refusals,
        checks=(
            Wait(
                "Nobody who was erased is in it",
                call(TableReplays.complete, new),
                timeout=60,
            ),
        ),
        next_commands=_next(request, new),
        result=result,
    )


def _next(request: Request, new: str) -> tuple[str, ...]:
    return (f"opsctl backup switch {new} --env {request.env} --dry-run",)


def _steps(request: Request, facts: Facts) -> Iterator[Step]:
    source, new = facts.source, facts.new
    if facts.origin is None:
        yield _restore(facts)
    if facts.origin is None or not facts.origin.ready:
        yield _wait(request, facts)
    if facts.lacking:
        yield Wait(
            "Compare how many items there are",
            call(TableRestores.compared, new, source.table, source.items),
            timeout=3600,
        )
        yield Do(
            "Erase again whoever was erased since",
            call(TableReplays.replay, new, source.table, source.since),
            no_undo="who was erased stays erased",
            reports=True,
            danger=Danger.MILD,
        )
    if facts.wanted:
        yield from restore_settings.steps(facts.wanted, facts.now, new, facts.suffix)


def _restore(facts: Facts) -> Do:
    source, new = facts.source, facts.new
    if source.backup:
        change = call(TableRestores.from_backup, source.backup.arn, new)
        origin = source.backup.arn
    else:
        change = call(TableRestores.of_moment, source.table, new, source.since)
        origin = source.table
    back = Do(
        f"Delete the table {new}",
        call(TableRestores.delete, new, origin),
        no_undo="restore it again",
        danger=Danger.SEVERE,
    )
    return Do(f"Begin to make {new} from it", change, undo=(back,), danger=Danger.MILD)


def _wait(request: Request, facts: Facts) -> Wait:
    which = facts.source.backup.arn if facts.source.backup else f"--at {facts.source.since}"
    again = f"opsctl backup restore dynamodb {which} --as {facts.new} --env {request.env}"
    return Wait(
        "Wait until the table can be used",
        call(TableRestores.ready, facts.new),
        timeout=request.timeout,
        pick_up=again,
        abandon=f"opsctl undo last --env {request.env}",
    )


def _notes(facts: Facts) -> Iterator[str]:
    yield f"The table in service is not touched; {facts.new} costs money until it is deleted."
    yield "A restore takes from minutes to hours, whatever the size."
    if facts.erased and facts.lacking:
        yield (
            f"Users erased since then, or being erased now: {facts.erased}. Their items are erased "
            "again on the new table."
        )
    if facts.wanted:
        yield f"Settings: {facts.wanted.words}."
        if facts.wanted.settings.unknown:
            yield f"Not known, so not set: {', '.join(facts.wanted.settings.unknown)}."
    else:
        yield (
            "Settings: not known. Neither a record nor a table tells of TTL, tags, streams, "
            "autoscaling and alarms: set them by hand."
        )
    yield (
        "Not brought back: the table's resource policy, Kinesis streaming, replicas in other "
        "regions, composite alarms."
    )
    yield from restore_permissions.notes(facts.denied)


def _refusals(facts: Facts) -> Iterator[Refusal]:
    source, origin = facts.source, facts.origin
    yield from source_refusals(source, begun=origin is not None)
    if facts.new == source.table:
        why = "it would be served before the erased are erased again" if origin is None else ""
        yield Refusal(
            f"A restore never takes the name of the table that it comes from, {source.table}"
            f"{f': {why}' if why else ''}.",
            hint="Name another one, --as TABLE, and bring it into service by opsctl backup switch.",
        )
    elif origin and not _is_ours(source, origin):
        yield Refusal(
            f"There is a table {facts.new} already, and it does not come from this restore.",
            hint="Name another one: --as TABLE",
        )
    if facts.erased and not facts.known:
        yield Refusal(
            f"Users were erased since then ({facts.erased}), and the data map does not say whose "
            f"an item of {source.table} is: they would come back.",
            hint="Describe the table in opsctl.toml: [[env.NAME.data]] with table and key.",
        )


def _is_ours(source: Source, origin: Origin) -> bool:
    if source.backup:
        return origin.backup == source.backup.arn
    return is_of_moment(origin, source.table, source.moment)


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "backup restore dynamodb", "Restore the table", gather, plan
)
