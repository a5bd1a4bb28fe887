"""Back up the bucket: what the backup bucket does not hold yet is copied, and all is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from opsctl.aws import Aws
from opsctl.aws.bucket_copies import BucketCopies, Survey
from opsctl.plan import Danger, Difference, Do, Json, Plan, Wait, call
from opsctl.procedure import Procedure
from opsctl.procedures import copy_ends
from opsctl.procedures.copy_ends import Ends

COPIES_A_SECOND = 250
"""What one machine asks of S3 in a second, roughly: 32 requests at once."""
MANY_OBJECTS = 5_000_000
MANY_BYTES = 5 * 1024**4
"""Beyond them, a job of S3 Batch Operations is the better engine."""
VERIFICATION = 3600.0


@dataclass(frozen=True)
class Request:
    """`name` of the backup was chosen when the command was read."""

    env: str
    name: str


@dataclass(frozen=True)
class Facts:
    """The two buckets. What would be copied is only shown: the copying looks for itself."""

    ends: Ends
    survey: Survey = field(compare=False)
    is_there: bool = False
    """There is a whole backup of that name."""


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the rules of both buckets, and lists both where there is no reason not to."""
    ends = copy_ends.read(aws)
    if ends.refusals:
        return Facts(ends, Survey())
    if aws.manifests.is_whole(ends.backup, request.name):
        return Facts(ends, Survey(), is_there=True)
    return Facts(ends, aws.bucket_copies.survey(ends.source, ends.backup))


def plan(request: Request, facts: Facts) -> Plan:
    """One long step that copies and records, and a second look at the copies."""
    ends, found = facts.ends, facts.survey
    result = _result(request, facts)
    if facts.is_there:
        return Plan(f"The backup {request.name} of {ends.source} is there already.", result=result)
    if found.nothing_new:
        return Plan(
            f"Nothing changed since the backup {found.latest}: it holds all {found.objects:,} "
            f"objects of {ends.source}.",
            result=result,
        )
    if not found.objects and not ends.refusals:
        return Plan(f"{ends.source} is empty: there is nothing to back up.", result=result)
    step = Do(
        f"Copy {found.to_copy:,} objects to {ends.backup}, and write the manifest {request.name}",
        call(BucketCopies.copy, ends.source, ends.backup, request.name, found.objects),
        no_undo="a copy more harms nobody; `opsctl backup prune s3 --keep N` deletes old ones",
        reports=True,
        danger=Danger.MILD,
    )
    check = Wait(
        "Every copy that the manifest names lies in the backup bucket, with its size",
        call(BucketCopies.verified, ends.backup, request.name),
        timeout=VERIFICATION,
    )
    return Plan(
        summary=f"Back up {ends.source} as {request.name}",
        steps=() if ends.refusals else (step,),
        danger=Danger.MILD,
        notes=(*_estimate(found), *_warnings(facts), *ends.notes),
        differences=tuple(_differences(found)),
        refusals=ends.refusals,
        checks=() if ends.refusals else (check,),
        next_commands=(f"opsctl backup list --env {request.env}",),
        result=result,
    )


def _estimate(found: Survey) -> Iterator[str]:
    listings = -(-(found.objects + found.same + found.gone) // 1000)
    requests = found.to_copy + listings + 2
    yield (
        f"About {requests:,} requests, {_time(found.to_copy / COPIES_A_SECOND)}; S3 copies the "
        f"{found.bytes_to_copy:,} bytes itself, they do not pass through this machine."
    )
    if found.objects > MANY_OBJECTS or found.bytes > MANY_BYTES:
        yield (
            f"{found.objects:,} objects of {found.bytes:,} bytes are much for one machine: "
            "--engine s3-batch lets AWS do it."
        )


def _warnings(facts: Facts) -> Iterator[str]:
    found = facts.survey
    if found.emptied or found.shrunken:
        yield (
            f"Look before you agree: {found.emptied:,} objects have become empty and "
            f"{found.shrunken:,} smaller since their last copy. Their good copies stay, as earlier "
            "versions that the earlier manifests name."
        )
    if found.gone:
        yield (
            f"{found.gone:,} copies are of objects that {facts.ends.source} no longer has: they "
            "stay, and are not in this backup."
        )
    if found.left_out:
        yield f"{found.left_out:,} objects are opsctl's own records: they are left out."


def _differences(found: Survey) -> Iterator[Difference]:
    rows = (
        ("objects in the bucket", found.objects, found.bytes),
        ("held by the backup bucket already", found.same, None),
        ("new, to be copied", found.added, None),
        ("changed, to be copied again", found.replaced, None),
        ("of these, now empty", found.emptied, None),
        ("of these, now smaller", found.shrunken, None),
    )
    for name, count, size in rows:
        if count or size is not None:
            bytes_ = f", {size:,} bytes" if size is not None else ""
            yield Difference(name, "", f"{count:,}{bytes_}")


def _result(request: Request, facts: Facts) -> dict[str, Json]:
    found = facts.survey
    return {
        "name": request.name,
        "source": facts.ends.source,
        "backup_bucket": facts.ends.backup,
        "objects": found.objects,
        "bytes": found.bytes,
        "to_copy": found.to_copy,
        "bytes_to_copy": found.bytes_to_copy,
        "emptied": found.emptied,
        "shrunken": found.shrunken,
    }


def _time(seconds: float) -> str:
    if seconds < 60:
        return "less than a minute"
    minutes = seconds / 60
    return f"about {minutes:.0f} min" if minutes < 120 else f"about {minutes / 60:.0f} h"


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "backup create s3", "Back up the bucket", gather, plan
)
