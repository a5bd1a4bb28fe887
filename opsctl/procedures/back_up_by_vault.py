"""Back up the bucket, the table or both by jobs of AWS Backup, into its vault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.vaults import Vaults
from opsctl.plan import Danger, Do, Plan, Refusal, Step, Wait, call
from opsctl.procedure import Procedure

LONGEST = 24 * 3600.0
"""Seconds that a job is followed."""
KINDS = {"s3": "the bucket", "dynamodb": "the table"}


@dataclass(frozen=True)
class Request:
    """`kinds` of s3 and dynamodb; `name` was chosen when the command was read."""

    env: str
    name: str
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Resource:
    """One thing to be backed up. `job` is one that is under way already, or ""."""

    kind: str
    name: str
    arn: str
    job: str = ""
    problem: str = ""
    mend: str = ""


@dataclass(frozen=True)
class Facts:
    """The resources, the vault, and the role that copies."""

    resources: tuple[Resource, ...]
    vault: str
    vault_exists: bool
    role: str


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the resources, the vault, and jobs under way."""
    target = aws.target
    resources = tuple(_resource(kind, aws) for kind in request.kinds)
    exists = aws.vaults.exists(target.backup_vault)
    return Facts(resources, target.backup_vault, exists, target.backup_role)


def plan(request: Request, facts: Facts) -> Plan:
    """For each resource a job, and the wait until it is complete."""
    refusals = tuple(_refusals(request, facts))
    names = " and ".join(it.name for it in facts.resources)
    steps = () if refusals else tuple(_steps(request, facts))
    return Plan(
        summary=f"Back up {names} into the vault {facts.vault}",
        steps=steps,
        danger=Danger.MILD,
        notes=(
            "AWS Backup keeps it as the vault's rules say; opsctl lists it, and deletes none.",
            "A restore from a vault is AWS Backup's own: RUNBOOK.md says how.",
        ),
        refusals=refusals,
        next_commands=(f"opsctl backup list --env {request.env}",),
        result={"name": request.name, "vault": facts.vault},
    )


def _resource(kind: str, aws: Aws) -> Resource:
    target = aws.target
    if kind == "dynamodb":
        table = aws.dynamodb.table(target.table)
        return Resource(kind, table.name, table.arn, aws.vaults.under_way(table.arn))
    partition = aws.sts.caller().arn.split(":")[1]
    arn = f"arn:{partition}:s3:::{target.bucket}"
    bucket = aws.s3.bucket(target.bucket)
    if bucket.versioning != "Enabled":
        return Resource(
            kind,
            bucket.name,
            arn,
            problem=f"AWS Backup copies only buckets with versioning, and {bucket.name} has none.",
            mend=f"aws s3api put-bucket-versioning --bucket {bucket.name} "
            "--versioning-configuration Status=Enabled",
        )
    return Resource(kind, bucket.name, arn, aws.vaults.under_way(arn))


def _steps(request: Request, facts: Facts) -> Iterator[Step]:
    again = f"opsctl backup list --env {request.env}"
    for it in facts.resources:
        title = f"Follow the job of {it.name} until it is complete"
        if it.job:
            yield Wait(title, call(Vaults.followed, it.job), timeout=LONGEST, pick_up=again)
            continue
        yield Do(
            f"Begin a job of AWS Backup for {KINDS[it.kind]} {it.name}",
            call(Vaults.start, facts.vault, it.arn, facts.role, f"{request.name}-{it.kind}"),
            no_undo="a recovery point more harms nobody; the vault's lifecycle deletes it",
            danger=Danger.MILD,
        )
        yield Wait(title, call(Vaults.followed), timeout=LONGEST, follows=True, pick_up=again)


def _refusals(request: Request, facts: Facts) -> Iterator[Refusal]:
    if not facts.role:
        yield Refusal(
            f"{request.env} has no role that AWS Backup may copy with.",
            hint=f"Name its ARN in opsctl.toml: [env.{request.env}] backup_role; docs/iam.md says "
            "what it needs.",
        )
    if not facts.vault_exists:
        yield Refusal(
            f"There is no backup vault {facts.vault}.",
            hint=f"aws backup create-backup-vault --backup-vault-name {facts.vault}, or correct "
            "backup_vault in opsctl.toml.",
        )
    for it in facts.resources:
        if it.problem:
            yield Refusal(it.problem, hint=it.mend)


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "backup create --engine aws-backup", "Back up the bucket", gather, plan
)
