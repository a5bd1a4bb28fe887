"""Back up the table: on demand, under a name that was chosen before, with its settings beside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from opsctl.aws import Aws
from opsctl.aws.saved_settings import SavedSettings
from opsctl.aws.table_backups import Backup, TableBackups, Window
from opsctl.aws.table_settings import Settings
from opsctl.plan import Danger, Do, Plan, Refusal, Step, Wait, call
from opsctl.procedure import Procedure


@dataclass(frozen=True)
class Request:
    """`name` was chosen when the command was read, so that a repeated call is the same call."""

    env: str
    table: str
    name: str
    timeout: float = 3600.0


@dataclass(frozen=True)
class Facts:
    """The table with its settings, and the backups that have this name already."""

    settings: Settings
    there: tuple[Backup, ...]
    window: Window | None = field(compare=False)


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the table and its backups. Raises NotFound where there is no such table."""
    settings, there, window = aws.at_once(
        lambda: aws.table_settings.read(request.table),
        lambda: aws.table_backups.named(request.table, request.name),
        lambda: aws.table_backups.window(request.table),
    )
    return Facts(settings, there, window)


def plan(request: Request, facts: Facts) -> Plan:
    """Save the settings, make the backup, wait; only the wait where it is being made."""
    usable = [it for it in facts.there if it.usable]
    if usable:
        return Plan(
            f"The backup {request.name} of {request.table} is there already.",
            result=_result(request),
        )
    return Plan(
        summary=f"Back up {request.table} as {request.name}",
        steps=(_wait(request),) if facts.there else (*_steps(request), _wait(request)),
        danger=Danger.MILD,
        notes=tuple(_notes(facts)),
        refusals=_refuse_ambiguous(request, facts),
        next_commands=(f"opsctl backup list --env {request.env}",),
        result=_result(request),
    )


def _steps(request: Request) -> tuple[Step, ...]:
    table, name = request.table, request.name
    save = Do(
        f"Save the settings of {table}, which no backup holds, beside it",
        call(SavedSettings.save, table, name),
        undo=(
            Do(
                "Forget the saved settings",
                call(SavedSettings.forget, name, table),
                no_undo="what was saved then cannot be read again",
                danger=Danger.MILD,
            ),
        ),
        danger=Danger.MILD,
    )
    make = Do(
        f"Begin the backup {name}",
        call(TableBackups.create, table, name),
        undo=(
            Do(
                f"Delete the backup {name}",
                call(TableBackups.delete_named, table, name),
                no_undo="a deleted backup cannot be brought back",
                danger=Danger.SEVERE,
            ),
        ),
        danger=Danger.MILD,
    )
    return save, make


def _wait(request: Request) -> Wait:
    return Wait(
        "Wait until the backup can be used",
        call(TableBackups.available, request.table, request.name),
        timeout=request.timeout,
        pick_up=f"opsctl backup create dynamodb --name {request.name} --env {request.env}",
    )


def _notes(facts: Facts) -> Iterator[str]:
    found = facts.settings
    yield (
        f"About {found.items:,} items, {found.size:,} bytes, as AWS counted up to 6 hours ago. "
        "The service is not slowed down."
    )
    if found.unknown:
        yield (
            f"May not be read, so not saved: {', '.join(found.unknown)}. A restore takes them from "
            "the table, if it is still there."
        )
    if facts.window is None:
        yield "Point-in-time recovery is off: what is written after a backup can be lost."


def _refuse_ambiguous(request: Request, facts: Facts) -> tuple[Refusal, ...]:
    if len(facts.there) < 2:
        return ()
    return (
        Refusal(
            f"{len(facts.there)} backups of {request.table} have the name {request.name} already.",
            hint="Choose another name: --name NAME",
        ),
    )


def _result(request: Request) -> dict[str, str]:
    return {"table": request.table, "name": request.name}


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "backup create dynamodb", "Back up the table", gather, plan
)
