"""Revoke the old Cognito client secret, once no task can run with it any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from opsctl.aws import Aws
from opsctl.aws.app_clients import AppClient, AppClients
from opsctl.aws.consumers import is_newer
from opsctl.plan import Danger, Do, Plan, Refusal, call
from opsctl.procedure import Procedure
from opsctl.procedures.rotate_client_secret import pool_and_client


@dataclass(frozen=True)
class Request:
    """`key` is the JSON key that holds the client secret."""

    env: str
    key: str


@dataclass(frozen=True)
class Facts:
    """The app client, and what runs with which of its secrets."""

    pool: str
    client: AppClient
    secret: str
    """ARN."""
    stored: str
    """The version that brought the newer secret into use; empty where it is not what is stored."""
    consumers: tuple[str, ...]
    """Services that read the key."""
    old_tasks: tuple[str, ...]
    """Tasks that may still run with the old secret."""
    pinned: tuple[str, ...] = ()
    """Task definitions that always read another version than the current one."""
    tasks: int = field(default=0, compare=False)


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the client's secrets, where the newer one is stored, and the age of every task."""
    pool, client_id = pool_and_client(aws)
    client = aws.app_clients.describe(pool, client_id)
    secret = aws.secret_versions.describe(aws.target.secret)
    cluster = aws.target.cluster
    newest = client.secrets[-1].id if client.secrets else ""
    stored = aws.app_clients.stored_in(secret, request.key, newest) if newest else ""
    since = next((it.created for it in secret.versions if it.id == stored), None)
    readers = [it for it in aws.consumers.of_secret(cluster, secret.arn) if it.reads(request.key)]
    services = tuple(sorted({it.service for it in readers}))
    tasks = [task for name in services for task in aws.consumers.alive(cluster, name)]
    return Facts(
        pool=pool,
        client=client,
        secret=secret.arn,
        stored=stored,
        consumers=services,
        old_tasks=tuple(sorted(it.id for it in tasks if not (since and is_newer(it, since)))),
        pinned=tuple(sorted({it.task_definition for it in readers if it.pin})),
        tasks=len(tasks),
    )


def plan(request: Request, facts: Facts) -> Plan:
    """Sign in with what is stored, and delete the older secret; nothing where there is one."""
    client = facts.client
    if len(client.secrets) < 2:
        return Plan(f"{client.name} has no second secret: there is no old one to revoke.")
    old, new = client.secrets[0], client.secrets[-1]
    accepted = Do(
        "Sign in with the stored secret, as nobody",
        call(AppClients.accepts, facts.pool, client.id, facts.secret, request.key),
        no_undo="an attempt to sign in changes nothing",
        danger=Danger.MILD,
    )
    delete = Do(
        f"Delete the secret {old.id} of {old.created:%Y-%m-%d %H:%M} UTC",
        call(AppClients.delete, facts.pool, client.id, old.id, new.id),
        no_undo="Cognito keeps nothing of a deleted secret",
        danger=Danger.SEVERE,
    )
    return Plan(
        summary=f"Revoke the old secret of app client {client.name}",
        danger=Danger.SEVERE,
        subject=client.name,
        steps=(accepted, delete),
        notes=tuple(_notes(facts)),
        refusals=tuple(_refused(request, facts)),
        next_commands=(f"opsctl verify --env {request.env}",),
        result={"client": client.id, "revoked": old.id, "stays": new.id},
    )


def _notes(facts: Facts) -> Iterator[str]:
    new = facts.client.secrets[-1]
    yield f"The secret {new.id} of {new.created:%Y-%m-%d %H:%M} UTC stays."
    if facts.tasks and not facts.old_tasks:
        yield f"All {facts.tasks} tasks of {', '.join(facts.consumers)} started with the newer one."
    yield "Whoever else signs in with the old secret (scripts, other services) is refused then."


def _refused(request: Request, facts: Facts) -> Iterator[Refusal]:
    new = facts.client.secrets[-1]
    if not facts.stored:
        yield Refusal(
            f"It cannot be shown that {request.key} holds the newer secret {new.id}: opsctl did "
            "not store it, or something else was stored since.",
            hint="Delete the one that is not stored by hand (its value must not be in use), and "
            f"run: opsctl secrets rotate cognito --env {request.env}",
        )
    elif facts.old_tasks:
        yield Refusal(
            f"{len(facts.old_tasks)} of {facts.tasks} tasks started before the newer secret was "
            f"stored, and run with the old one: {', '.join(facts.old_tasks)}.",
            hint=f"First: opsctl restart --env {request.env}",
        )
    for name in facts.pinned:
        yield Refusal(
            f"{name} pins a version of the secret, so its tasks may run with the old one.",
            hint="Leave the version out of valueFrom, deploy that, and try again.",
        )


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "secrets revoke-old cognito", "Rotate the Cognito client secret", gather, plan
)
