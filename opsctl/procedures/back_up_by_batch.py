"""Back up the bucket by a job of S3 Batch Operations, for buckets beyond one machine."""

from __future__ import annotations

from dataclasses import dataclass, field

from opsctl.aws import Aws
from opsctl.aws.batch_jobs import BatchJobs, Job
from opsctl.aws.bucket_copies import BucketCopies
from opsctl.plan import Danger, Do, Plan, Refusal, Step, Wait, call
from opsctl.procedure import Procedure
from opsctl.procedures import copy_ends
from opsctl.procedures.copy_ends import Ends

LONGEST = 48 * 3600.0
"""Seconds that a job is followed."""


@dataclass(frozen=True)
class Request:
    """`name` of the backup was chosen when the command was read."""

    env: str
    name: str


@dataclass(frozen=True)
class Facts:
    """The two buckets, the role that copies, and jobs that are under way already."""

    ends: Ends
    role: str
    jobs: tuple[str, ...]
    """(id, name of the backup) of each, as `id name`."""
    shown: tuple[Job, ...] = field(default=(), compare=False)
    is_there: bool = False
    """There is a whole backup of that name."""


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the rules of both buckets and the jobs under way."""
    ends = copy_ends.read(aws)
    role = aws.target.backup_role
    if ends.refusals or not role:
        return Facts(ends, role, ())
    jobs = aws.batch_jobs.under_way(ends.backup)
    is_there = not jobs and aws.manifests.is_whole(ends.backup, request.name)
    return Facts(ends, role, tuple(f"{it.id} {it.backup}" for it in jobs), jobs, is_there)


def plan(request: Request, facts: Facts) -> Plan:
    """Make the job, follow it, then record what it copied; a job under way is only followed."""
    if facts.is_there:
        return Plan(f"The backup {request.name} of {facts.ends.source} is there already.")
    refusals = (*facts.ends.refusals, *_role(request, facts))
    job = facts.shown[0] if facts.shown else None
    name = job.backup if job else request.name
    return Plan(
        summary=f"Back up {facts.ends.source} as {name}, by a job of S3 Batch Operations",
        steps=() if refusals else tuple(_steps(request, facts, job, name)),
        danger=Danger.MILD,
        notes=(
            "AWS makes the list of objects and copies them; it charges for each job, object and "
            "request. How long it takes, it does not say before.",
            "Afterwards both buckets are compared: what the job did not copy is copied, and the "
            "manifest is written.",
            *facts.ends.notes,
        ),
        refusals=refusals,
        checks=()
        if refusals
        else (
            Wait(
                "Every copy that the manifest names lies in the backup bucket, with its size",
                call(BucketCopies.verified, facts.ends.backup, name),
                timeout=3600.0,
            ),
        ),
        next_commands=(f"opsctl backup list --env {request.env}",),
        result={"name": name, "backup_bucket": facts.ends.backup, "job": job.id if job else ""},
    )


def _steps(request: Request, facts: Facts, job: Job | None, name: str) -> list[Step]:
    source, backup = facts.ends.source, facts.ends.backup
    again = f"opsctl backup create s3 --engine s3-batch --env {request.env}"
    record = Do(
        f"Compare, copy what is left, and write the manifest {name}",
        call(BucketCopies.copy, source, backup, name, job.total if job else 0),
        no_undo="a copy more harms nobody; `opsctl backup prune s3 --keep N` deletes old ones",
        reports=True,
        danger=Danger.MILD,
    )
    if job is not None:
        follow = Wait(
            f"Follow job {job.id} until it is complete",
            call(BatchJobs.followed, backup, job.id),
            timeout=LONGEST,
            pick_up=again,
        )
        return [follow, record]
    make = Do(
        f"Begin a job that copies {source} to {backup}",
        call(BatchJobs.copy, source, backup, name, facts.role),
        undo=(
            Do(
                "Cancel the job, if it is not complete",
                call(BatchJobs.cancel, backup, name),
                no_undo="a cancelled job cannot go on",
                danger=Danger.MILD,
            ),
        ),
        danger=Danger.MILD,
    )
    follow = Wait(
        "Follow the job until it is complete",
        call(BatchJobs.followed, backup),
        timeout=LONGEST,
        follows=True,
        pick_up=again,
    )
    return [make, follow, record]


def _role(request: Request, facts: Facts) -> tuple[Refusal, ...]:
    if facts.role:
        return ()
    return (
        Refusal(
            f"{request.env} has no role that S3 Batch Operations may copy with.",
            hint=f"Name its ARN in opsctl.toml: [env.{request.env}] backup_role; docs/iam.md says "
            "what it needs.",
        ),
    )


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "backup create s3 --engine s3-batch", "Back up the bucket", gather, plan
)
