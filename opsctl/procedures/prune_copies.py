"""Prune backups of the bucket: old manifests, and the copies that no kept one names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from opsctl.aws import Aws
from opsctl.aws.copy_pruning import CopyPruning, Superfluous
from opsctl.aws.manifests import Head
from opsctl.plan import Danger, Difference, Do, Plan, Refusal, Wait, call
from opsctl.procedure import Procedure
from opsctl.procedures import retention
from opsctl.procedures.retention import Keep

ROWS = 20


@dataclass(frozen=True)
class Request:
    """What is kept."""

    env: str
    keep: Keep


@dataclass(frozen=True)
class Facts:
    """The backups of the bucket, the newest first. How many copies would go is only shown."""

    source: str
    backup_bucket: str
    heads: tuple[Head, ...] = ()
    superfluous: Superfluous = field(default_factory=Superfluous, compare=False)


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the heads of the backups, and the manifests of all where one would go."""
    target = aws.target
    if not target.backup_bucket:
        return Facts(target.bucket, "")
    heads = aws.manifests.heads(target.backup_bucket)
    facts = Facts(target.bucket, target.backup_bucket, heads)
    drop = [it.name for it in dropped(request, facts)]
    if not drop:
        return facts
    found = aws.copy_pruning.survey(target.backup_bucket, drop)
    return Facts(target.bucket, target.backup_bucket, heads, found)


def dropped(request: Request, facts: Facts) -> tuple[Head, ...]:
    """The backups that go, oldest first: beyond what is kept, or cut off before a whole one."""
    ours = [it for it in facts.heads if it.source == facts.source]
    whole = [it for it in ours if it.complete]
    gone = retention.superfluous(whole, request.keep)
    newest = max((it.made for it in whole), default=None)
    cut_off = [it for it in ours if not it.complete and newest is not None and it.made < newest]
    return tuple(sorted((*gone, *cut_off), key=lambda it: it.made))


def plan(request: Request, facts: Facts) -> Plan:
    """One step that deletes copies and manifests, and no way back from it."""
    if not facts.backup_bucket:
        return Plan("There is nothing to prune.", refusals=(_nowhere(request),))
    drop = dropped(request, facts)
    kept = [it for it in facts.heads if it not in drop]
    stays = tuple(_stays(request, facts, kept))
    if not drop:
        return Plan(f"No backup of {facts.source} is older than {request.keep}.", notes=stays)
    names, others = [it.name for it in drop], [it.name for it in kept]
    return Plan(
        summary=f"Delete {len(drop)} backups of {facts.source} for good",
        steps=(_step(facts, names, others),),
        danger=Danger.SEVERE,
        subject=facts.backup_bucket,
        differences=tuple(_rows(drop)),
        notes=stays,
        checks=(
            Wait(
                "None of them is listed any more",
                call(CopyPruning.gone, facts.backup_bucket, names),
                timeout=60.0,
            ),
        ),
        next_commands=(f"opsctl backup list --env {request.env}",),
        result={
            "backup_bucket": facts.backup_bucket,
            "deleted": list(names),
            "kept": list(others),
            "copies": facts.superfluous.copies,
            "bytes": facts.superfluous.bytes,
        },
    )


def _step(facts: Facts, names: list[str], kept: list[str]) -> Do:
    copies = facts.superfluous.copies
    return Do(
        f"Delete {len(names)} backups and {copies:,} copies that no other one names",
        call(CopyPruning.prune, facts.backup_bucket, names, kept, copies),
        no_undo="a deleted version cannot be brought back",
        reports=True,
        danger=Danger.SEVERE,
    )


def _nowhere(request: Request) -> Refusal:
    return Refusal(
        f"{request.env} has no backup bucket.",
        hint=f"Name it in opsctl.toml: [env.{request.env}] backup_bucket",
    )


def _rows(drop: tuple[Head, ...]) -> Iterator[Difference]:
    for it in drop[:ROWS]:
        state = "" if it.complete else ", was never whole"
        yield Difference(
            it.name, f"{it.made:%Y-%m-%d %H:%M} UTC, {it.objects:,} objects{state}", "deleted"
        )
    if len(drop) > ROWS:
        yield Difference(f"and {len(drop) - ROWS} more", "-o json lists them", "deleted")


def _stays(request: Request, facts: Facts, kept: list[Head]) -> Iterator[str]:
    found = facts.superfluous
    if found.copies:
        yield f"{found.copies:,} copies go, {found.bytes:,} bytes."
    if kept:
        newest = kept[0]
        yield (
            f"Stay: {len(kept)} backups, the newest {newest.name} of {newest.made:%Y-%m-%d %H:%M} "
            f"UTC ({request.keep})."
        )
    yield "What no manifest names is not opsctl's, and stays."


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "backup prune s3", "Prune backups of the bucket", gather, plan
)
