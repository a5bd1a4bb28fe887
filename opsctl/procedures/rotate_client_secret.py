"""Rotate the Cognito client secret: a second one beside the first, stored, and in use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.app_clients import AppClient, AppClients
from opsctl.errors import BadConfig
from opsctl.plan import Danger, Do, Plan, Refusal, Step, call
from opsctl.procedure import Procedure
from opsctl.procedures import rotation

MOST_SECRETS = 2
"""Cognito lets an app client have no more."""


@dataclass(frozen=True)
class Request:
    """`key` is the JSON key that holds the client secret."""

    env: str
    key: str
    timeout: float = 1200.0


@dataclass(frozen=True)
class Facts:
    """The app client in its pool, and the secret that holds its secret."""

    pool: str
    client: AppClient
    rotation: rotation.Facts


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the app client, the secret and its consumers."""
    pool, client = pool_and_client(aws)
    described = aws.app_clients.describe(pool, client)
    return Facts(pool, described, rotation.read(aws, request.key, request.env))


def pool_and_client(aws: Aws) -> tuple[str, str]:
    """The ids of the target. Raises BadConfig where the configuration does not say them."""
    target = aws.target
    if target.user_pool and target.user_pool_client:
        return target.user_pool, target.user_pool_client
    raise BadConfig(
        f"The configuration does not name the user pool and app client of {target.env}.",
        hint="Set user_pool and user_pool_client in opsctl.toml.",
    )


def plan(request: Request, facts: Facts) -> Plan:
    """Add and store in one step, restart, prove, sign in; the old secret lives on."""
    found, client = facts.rotation, facts.client
    again = rotation.restarting(request.env, found, request.timeout)
    add = _add(request, facts, again.steps)
    return Plan(
        summary=f"Give app client {client.name} a new secret; the old one stays valid",
        danger=Danger.MODERATE,
        steps=(add, *again.steps, _sign_in(request, facts)),
        on_failure=(
            *rotation.taking_back(add, _put_back(facts), again),
            _forget_new(facts),
        ),
        notes=(*rotation.notes(found), *again.notes, *_notes(request)),
        refusals=(*_refused(request, client), *rotation.refusals(found), *again.refusals),
        checks=again.checks,
        next_commands=(
            f"opsctl verify --env {request.env}",
            f"opsctl secrets revoke-old cognito --env {request.env}",
        ),
        result={
            "client": client.id,
            "secret": found.secret.name,
            "key": request.key,
            "old_client_secret": _old(client),
        },
    )


def _add(request: Request, facts: Facts, then: tuple[Step, ...]) -> Do:
    client, secret = facts.client, facts.rotation.secret
    place = (facts.pool, client.id)
    return Do(
        f"Add a second secret to {client.name}, and store it as {request.key} of {secret.name}",
        call(AppClients.add_and_store, *place, secret.arn, request.key, secret.current),
        undo=(_put_back(facts), *then, _forget_new(facts)),
    )


def _put_back(facts: Facts) -> Do:
    client, secret = facts.client, facts.rotation.secret
    place = (facts.pool, client.id, _old(client))
    return Do(
        f"Make the former version of {secret.name} current again",
        call(AppClients.put_back, *place, secret.arn, secret.current),
    )


def _forget_new(facts: Facts) -> Do:
    client = facts.client
    return Do(
        f"Delete the new secret of {client.name}",
        call(AppClients.keep_only, facts.pool, client.id, _old(client)),
        no_undo="its value is gone; rotate again for another",
    )


def _sign_in(request: Request, facts: Facts) -> Do:
    secret = facts.rotation.secret
    return Do(
        "Sign in with the new secret, as nobody",
        call(AppClients.accepts, facts.pool, facts.client.id, secret.arn, request.key),
        no_undo="an attempt to sign in changes nothing",
        danger=Danger.MILD,
    )


def _old(client: AppClient) -> str:
    return client.secrets[0].id if client.secrets else ""


def _notes(request: Request) -> Iterator[str]:
    yield (
        "Afterwards two secrets live. The old one is good until: "
        f"opsctl secrets revoke-old cognito --env {request.env}"
    )
    yield "The settings of the app client are not touched."


def _refused(request: Request, client: AppClient) -> Iterator[Refusal]:
    if not client.confidential:
        yield Refusal(f"{client.name} is a public client: it has no secret to rotate.")
    if len(client.secrets) >= MOST_SECRETS:
        old, new = client.secrets[0], client.secrets[-1]
        yield Refusal(
            f"{client.name} has two secrets already: {old.id} of {old.created:%Y-%m-%d} and "
            f"{new.id} of {new.created:%Y-%m-%d}. Cognito allows no third.",
            hint="When every task runs with the newer one: "
            f"opsctl secrets revoke-old cognito --env {request.env}",
        )


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "secrets rotate cognito", "Rotate the Cognito client secret", gather, plan
)
