"""Rotate a secret: one key of it gets a new value, and its consumers restart with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

from opsctl.aws import Aws
from opsctl.aws.provider import Verdict
from opsctl.aws.secret_versions import SecretVersions
from opsctl.plan import Danger, Do, Plan, Refusal, Step, call
from opsctl.procedure import Procedure
from opsctl.procedures import rotation


@dataclass(frozen=True)
class Request:
    """`called` is `hf`, `key` the JSON key. The value itself was offered to the gateway.

    `version` is the id of the version to be made, chosen here so that a repeated call is the
    same call. `check_url` asks the provider about the value.
    """

    env: str
    called: str
    key: str
    check_url: str = ""
    timeout: float = 1200.0
    version: str = field(default_factory=lambda: str(uuid4()))


@dataclass(frozen=True)
class Facts:
    """The secret and its readers; whether the key has that value already; the provider's word."""

    rotation: rotation.Facts
    is_there: bool
    stale: int = field(default=0, compare=False)
    """Tasks older than the current version."""
    verdict: Verdict | None = field(default=None, compare=False)


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the secret and its consumers, and asks the provider where that is wanted."""
    found = rotation.read(aws, request.key, request.env)
    there = not found.problem and not found.secret.deleted
    is_there = there and aws.secret_versions.holds_the_offer(found.secret.arn, request.key)
    verdict = aws.secret_versions.provider_says(request.check_url) if request.check_url else None
    return Facts(found, is_there, _stale(aws, found) if is_there else 0, verdict)


def plan(request: Request, facts: Facts) -> Plan:
    """Write, restart, prove; only the restart where the value is there and a task is older."""
    found = facts.rotation
    again = rotation.restarting(request.env, found, request.timeout)
    name = f"{request.key} of {found.secret.name}"
    if facts.is_there and not facts.stale:
        return Plan(f"{name} has that value already, and every task started after it.")
    write = _write(request, found, again.steps)
    back = rotation.put_back(found, request.version)
    return Plan(
        summary=f"Rotate {name}, and restart its consumers",
        danger=Danger.MODERATE,
        steps=again.steps if facts.is_there else (write, *again.steps),
        on_failure=() if facts.is_there else rotation.taking_back(write, back, again),
        notes=(*rotation.notes(found), *again.notes, *_notes(request, facts)),
        refusals=(*rotation.refusals(found), *again.refusals, *_refused(facts)),
        checks=again.checks,
        next_commands=(f"opsctl secrets list --env {request.env}",),
        result={
            "secret": found.secret.name,
            "key": request.key,
            "version": found.secret.current if facts.is_there else request.version,
            "replaces": found.secret.current,
        },
    )


def _write(request: Request, found: rotation.Facts, then: tuple[Step, ...]) -> Do:
    secret = found.secret
    return Do(
        f"Write the new value of {request.key} into {secret.name}, every other key as it is",
        call(SecretVersions.replace, secret.arn, request.key, request.version, secret.current),
        undo=(rotation.put_back(found, request.version), *then),
    )


def _stale(aws: Aws, found: rotation.Facts) -> int:
    """How many tasks of the consumers are older than the current version."""
    if not found.consumers:
        return 0
    service, secret = found.restart.live.service, found.secret
    written = next(it.created for it in secret.versions if it.id == secret.current)
    seen = aws.consumers.created_since(service.cluster, service.name, written.isoformat())
    return len(seen.lines)


def _notes(request: Request, facts: Facts) -> Iterator[str]:
    if facts.is_there:
        yield f"{request.key} has that value already: {facts.stale} tasks are older than it."
    yield (
        "Until the restart ends, tasks with the old and the new value serve side by side: keep "
        "the old one valid until then."
    )
    if facts.verdict is None:
        yield "The provider was not asked about the new value (--check asks it)."
    elif facts.verdict.known is None:
        yield f"The provider could not be asked about the new value: {facts.verdict.detail}."
    elif facts.verdict.known:
        yield f"The provider knows the new value{_of(facts.verdict.detail)}."


def _of(owner: str) -> str:
    return f" (of {owner})" if owner else ""


def _refused(facts: Facts) -> Iterator[Refusal]:
    if facts.verdict and facts.verdict.known is False:
        yield Refusal(
            f"The provider does not accept the new value: {facts.verdict.detail}.",
            hint="Check that the whole key was given.",
        )


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "secrets rotate", "Rotate the Hugging Face key", gather, plan
)
