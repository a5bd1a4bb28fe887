"""What every rotation rests on: the secret, who reads it, and the restart that is proven."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field

from opsctl.aws import Aws
from opsctl.aws.consumers import Consumer, Consumers
from opsctl.aws.secret_versions import Secret, SecretVersions
from opsctl.plan import Do, Plan, Refusal, Step, Wait, call
from opsctl.procedures import restart


@dataclass(frozen=True)
class Facts:
    """The secret and its key, the places that read it, and the service to restart."""

    secret: Secret
    key: str
    problem: str
    """Why the key cannot be replaced; empty when it can."""
    consumers: tuple[Consumer, ...]
    restart: restart.Facts
    others: tuple[str, ...] = field(default=(), compare=False)
    """Other services of the cluster that read the key."""


def read(aws: Aws, key: str, env: str) -> Facts:
    """Reads the secret of the target, who reads it, and what a restart needs."""
    target = aws.target
    secret = aws.secret_versions.describe(target.secret)
    consumers, restarting = aws.at_once(
        lambda: aws.consumers.of_secret(target.cluster, secret.arn),
        lambda: restart.gather(restart.Request(env), aws),
    )
    reading = tuple(it for it in consumers if it.reads(key))
    return Facts(
        secret=secret,
        key=key,
        problem="" if secret.deleted else aws.secret_versions.problem(secret.arn, key),
        consumers=tuple(it for it in reading if it.service == target.service),
        restart=restarting,
        others=tuple(sorted({it.service for it in reading if it.service != target.service})),
    )


def restarting(env: str, facts: Facts, timeout: float) -> Plan:
    """The restart of the consumers, with the proof that every task is new, as a plan."""
    made = restart.plan(restart.Request(env, timeout), facts.restart)
    if not facts.consumers:
        return dataclasses.replace(made, steps=(), checks=(), notes=(), refusals=())
    service = facts.restart.live.service
    proof = Wait(
        "Every task started after it",
        call(Consumers.renewed, service.cluster, service.name),
        timeout=timeout,
        follows=True,
        pick_up=f"opsctl secrets list --env {env}",
    )
    # A rollback of the service would leave the new value in place: only the run's undo does not.
    abandon = f"opsctl undo last --env {env}"
    steps = (
        dataclasses.replace(it, abandon=abandon) if isinstance(it, Wait) else it
        for it in (*made.steps, proof)
    )
    return dataclasses.replace(made, steps=tuple(steps))


def put_back(facts: Facts, version: str) -> Do:
    """Makes the version current again that is current now, after `version` took its place."""
    return Do(
        f"Make the former version of {facts.secret.name} current again",
        call(SecretVersions.make_current, facts.secret.arn, facts.secret.current, version),
    )


def taking_back(done: Do, back: Do, again: Plan) -> tuple[Step, ...]:
    """What follows a failure: the step back, which knows what it takes back, the restart, and
    its checks."""
    first = dataclasses.replace(back, undo=(dataclasses.replace(done, undo=()),))
    return (first, *again.steps, *again.checks)


def notes(facts: Facts) -> Iterator[str]:
    """What the operator may want to know of the secret's readers."""
    for it in facts.consumers:
        what = f"its key {it.key}" if it.key else "the whole secret"
        yield f"{it.service} reads {what} as {it.variable} ({it.task_definition}, {it.container})."
    if not facts.consumers:
        yield "No task definition of the service names this key: nothing is restarted."
    for name in facts.others:
        yield f"{name} reads it too, and is not restarted here."
    if facts.secret.replicas:
        yield f"It is copied to {', '.join(facts.secret.replicas)} by AWS, a moment later."


def refusals(facts: Facts) -> Iterator[Refusal]:
    """Why the secret must not or cannot be written, each with what to do instead."""
    secret = facts.secret
    if secret.deleted:
        yield Refusal(
            f"{secret.name} is marked for deletion since {secret.deleted}.",
            hint=f"To keep it: aws secretsmanager restore-secret --secret-id {secret.name}",
        )
    if secret.rotation:
        yield Refusal(
            f"{secret.name} is under managed rotation: its rotation would overwrite the value.",
            hint=f"aws secretsmanager rotate-secret --secret-id {secret.name}",
        )
    if secret.owner:
        yield Refusal(f"{secret.name} belongs to {secret.owner}, which alone writes it.")
    if secret.primary:
        yield Refusal(
            f"{secret.name} is a replica; it is written in {secret.primary}.",
            hint=f"Use an environment whose region is {secret.primary}.",
        )
    if facts.problem:
        yield Refusal(
            f"{secret.name} cannot be written key by key: {facts.problem}.",
            hint="See its keys: opsctl secrets list. Their names: secret_keys in opsctl.toml.",
        )
    yield from _pinned(facts)


def _pinned(facts: Facts) -> Iterator[Refusal]:
    for it in facts.consumers:
        if it.pin:
            yield Refusal(
                f"{it.task_definition} pins version {it.pin} of the secret for {it.variable}: "
                "a rotation would change nothing for it.",
                hint="Leave the version out of valueFrom, deploy that, and rotate then.",
            )
