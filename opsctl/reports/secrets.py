"""Secrets: how old each key is, who reads it, and what still runs with a former value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from opsctl.aws import Aws
from opsctl.aws.app_clients import ClientSecret
from opsctl.aws.consumers import Consumer, is_newer
from opsctl.aws.secret_versions import Secret
from opsctl.errors import OpsctlError


@dataclass(frozen=True)
class Key:
    """One key of a secret; never its value. Times are None where they are not known."""

    name: str
    called: str
    """What `secrets rotate` calls it; empty where the configuration does not name it."""
    since: datetime | None
    sure: bool
    """False: it may be older, the versions looked at all have this value."""
    consumers: tuple[Consumer, ...]
    old_tasks: int
    """Running tasks of its consumers that started before `since`, so with a former value."""
    tasks: int


@dataclass(frozen=True)
class Listed:
    """The secret with its keys, and the secrets of the app client."""

    secret: Secret
    keys: tuple[Key, ...]
    client_secrets: tuple[ClientSecret, ...]
    client_problem: str = ""
    """Why the app client's secrets could not be listed."""


def gather(aws: Aws) -> Listed:
    """Reads the secret of the target, its versions, its readers and their tasks."""
    target = aws.target
    secret = aws.secret_versions.describe(target.secret)
    consumers = aws.consumers.of_secret(target.cluster, secret.arn)
    keys = tuple(_keys(aws, secret, consumers)) if not secret.deleted else ()
    try:
        clients = _client_secrets(aws)
    except OpsctlError as error:
        return Listed(secret, keys, (), error.message)
    return Listed(secret, keys, clients)


def _keys(aws: Aws, secret: Secret, consumers: Iterable[Consumer]) -> Iterator[Key]:
    called = {key: name for name, _, key in (it.partition("=") for it in aws.target.secret_keys)}
    readers = tuple(consumers)
    tasks = {
        name: aws.consumers.alive(aws.target.cluster, name)
        for name in sorted({it.service for it in readers})
    }
    ages = aws.secret_versions.ages(secret)
    for key in secret.keys:
        since, sure = ages.get(key, (None, False))
        mine = tuple(it for it in readers if it.reads(key))
        running = [task for name in {it.service for it in mine} for task in tasks[name]]
        old = [task for task in running if since and not is_newer(task, since)]
        yield Key(key, called.get(key, ""), since, sure, mine, len(old), len(running))


def _client_secrets(aws: Aws) -> tuple[ClientSecret, ...]:
    target = aws.target
    if not target.user_pool or not target.user_pool_client:
        return ()
    return aws.app_clients.secrets(target.user_pool, target.user_pool_client)
