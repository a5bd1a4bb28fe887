"""Restore the bucket: objects as they were at a time, or as a backup holds them, in place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from opsctl.aws import Aws
from opsctl.aws.bucket_rules import Rules
from opsctl.aws.manifests import Head
from opsctl.aws.object_changes import Seen
from opsctl.aws.object_history import second
from opsctl.aws.object_restores import ObjectRestores
from opsctl.plan import Danger, Difference, Do, Json, Plan, Refusal, Wait, call
from opsctl.procedure import Procedure

ROWS = 10
"""Objects that the plan names; `-o json` names a thousand."""
VERIFICATION = 3600.0


@dataclass(frozen=True)
class Request:
    """`at` (ISO 8601, UTC) or the name of a `backup`. `prefix` "" is the whole bucket."""

    env: str
    at: str = ""
    backup: str = ""
    prefix: str = ""
    delete_newer: bool = False


@dataclass(frozen=True)
class Facts:
    """The bucket, and what would change in it, which is only shown: the restore looks itself."""

    bucket: str
    rules: Rules
    backup_bucket: str = ""
    head: Head | None = None
    seen: Seen = field(default_factory=Seen, compare=False)
    moment: str = field(default="", compare=False)
    """S3's time when the look began, ISO 8601: what the restore writes is not older."""


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the bucket's rules and every version. Raises NotFound for an unknown backup, and
    Forbidden where it cannot be read who was erased."""
    target = aws.target
    facts = Facts(
        target.bucket,
        aws.bucket_rules.rules(target.bucket),
        target.backup_bucket,
        moment=aws.object_restores.now(target.bucket),
    )
    if request.backup and target.backup_bucket:
        head = aws.manifests.head(target.backup_bucket, request.backup)
        facts = replace(facts, head=head)
    if tuple(_refusals(request, facts)):
        return facts
    seen = aws.object_restores.survey(
        target.bucket,
        request.at,
        _backup(request, facts),
        request.prefix,
        delete_newer=request.delete_newer,
    )
    return replace(facts, seen=seen)


def plan(request: Request, facts: Facts) -> Plan:
    """One long step with its undo, and a second look."""
    refusals = (*_refusals(request, facts), *_too_early(request, facts))
    seen = facts.seen
    changes = seen.changes(request.delete_newer)
    notes = () if refusals else tuple(_notes(request, facts))
    result = _result(request, facts)
    if not changes and not refusals:
        return Plan(
            f"{facts.bucket}{_below(request)} is as it was {_when(request)}: {seen.same:,} "
            "objects are the same.",
            notes=notes,
            result=result,
        )
    return Plan(
        summary=f"Make {facts.bucket}{_below(request)} as it was {_when(request)}",
        steps=() if refusals else (_step(request, facts, changes),),
        danger=Danger.SEVERE,
        subject=facts.bucket,
        notes=notes,
        differences=() if refusals else tuple(_differences(request, seen)),
        refusals=refusals,
        checks=() if refusals else (_check(request, facts),),
        next_commands=(f"opsctl verify --env {request.env}",),
        result=result,
    )


def _step(request: Request, facts: Facts, changes: int) -> Do:
    words = (facts.bucket, request.at, _backup(request, facts), request.prefix)
    back = Do(
        f"Bring back what was in {facts.bucket} before, where nobody wrote since",
        call(ObjectRestores.take_back, *words, facts.moment),
        reports=True,
        danger=Danger.SEVERE,
    )
    title = f"Copy what is wanted over {changes:,} objects, each as a new version"
    return Do(
        title,
        call(ObjectRestores.restore, *words, request.delete_newer, changes),
        undo=(back,),
        reports=True,
        danger=Danger.SEVERE,
    )


def _check(request: Request, facts: Facts) -> Wait:
    words = (facts.bucket, request.at, _backup(request, facts), request.prefix)
    return Wait(
        "Every object is as wanted, but what was written since",
        call(ObjectRestores.verified, *words, request.delete_newer, facts.moment),
        timeout=VERIFICATION,
    )


def _backup(request: Request, facts: Facts) -> list[str]:
    return [facts.backup_bucket, request.backup] if request.backup else []


def _refusals(request: Request, facts: Facts) -> Iterator[Refusal]:
    if request.backup and facts.head is None:
        yield Refusal(
            f"{request.env} has no backup bucket, so there is no backup {request.backup}.",
            hint="Restore by the bucket's own versions instead: --at TIME",
        )
    if not facts.rules.versioning:
        yield Refusal(
            f"Whether {facts.bucket} keeps versions may not be read: without them, what is "
            "overwritten could not be brought back.",
            hint=f"Ask for s3:GetBucketVersioning on {facts.bucket}.",
        )
    elif facts.rules.versioning != "Enabled":
        yield Refusal(
            f"{facts.bucket} keeps no versions: "
            + (
                "what was there at a time is gone."
                if request.at
                else "what is overwritten could not be brought back."
            ),
            hint=f"aws s3api put-bucket-versioning --bucket {facts.bucket} "
            "--versioning-configuration Status=Enabled"
            + ("\nTo restore from a copy: opsctl backup list" if request.at else ""),
        )
    if facts.head and facts.head.source != facts.bucket:
        yield Refusal(
            f"The backup {request.backup} is of {facts.head.source}, not of {facts.bucket}.",
            hint="opsctl backup list shows which backups are of this bucket.",
        )


def _too_early(request: Request, facts: Facts) -> Iterator[Refusal]:
    """At that time there was nothing that versions tell of."""
    oldest = facts.seen.oldest
    if not request.at or facts.seen.wanted or not oldest:
        return
    if oldest[:19] > second(datetime.fromisoformat(request.at)):
        yield Refusal(
            f"The oldest version in {facts.bucket}{_below(request)} is of {oldest[:19]}Z: what was "
            f"there {_when(request)} was not kept.",
            hint="Choose a later time, or a backup: opsctl backup list",
        )


def _notes(request: Request, facts: Facts) -> Iterator[str]:
    seen = facts.seen
    if seen.newer:
        done = "hidden by a delete marker" if request.delete_newer else "left as they are"
        flag = "" if request.delete_newer else "; --delete-newer hides them"
        yield f"{seen.newer:,} objects were made since: they are {done}{flag}."
    if seen.erased:
        yield (
            f"{seen.erased:,} objects are of users who were erased since: they are not brought "
            "back."
        )
    if facts.head and not facts.head.complete:
        yield f"The backup {facts.head.name} is not complete: what it lacks is not brought back."
    days = facts.rules.lifecycle_noncurrent_days
    if request.at and days is not None and _age(request, facts) > timedelta(days=days):
        yield (
            f"A rule of {facts.bucket} deletes versions {days} days after a newer one: of a time "
            "so long ago, objects are missing."
        )
    yield "Nothing is lost: what is there now stays as a version. Users see the change at once."


def _age(request: Request, facts: Facts) -> timedelta:
    return datetime.fromisoformat(facts.moment) - datetime.fromisoformat(request.at)


def _differences(request: Request, seen: Seen) -> Iterator[Difference]:
    yield Difference("overwritten since, brought back", "", f"{seen.overwritten:,}")
    yield Difference("deleted since, brought back", "", f"{seen.deleted:,}")
    if request.delete_newer:
        yield Difference("made since, hidden", "", f"{seen.newer:,}")
    yield Difference("the same, left alone", "", f"{seen.same:,}")
    yield Difference("bytes to copy", "", f"{seen.bytes:,}")
    for row in seen.rows[:ROWS]:
        yield Difference(row.key, row.change, f"{row.size:,} bytes" if row.size else "hidden")
    if len(seen.rows) > ROWS:
        yield Difference("…", "", "-o json --dry-run lists up to 1,000 of them")


def _result(request: Request, facts: Facts) -> dict[str, Json]:
    seen = facts.seen
    rows: list[Json] = [{"key": it.key, "change": it.change, "bytes": it.size} for it in seen.rows]
    return {
        "bucket": facts.bucket,
        "overwritten": seen.overwritten,
        "deleted": seen.deleted,
        "newer": seen.newer,
        "same": seen.same,
        "erased_left_out": seen.erased,
        "bytes": seen.bytes,
        "objects": rows,
    }


def _when(request: Request) -> str:
    if request.backup:
        return f"in the backup {request.backup}"
    return f"at {datetime.fromisoformat(request.at).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _below(request: Request) -> str:
    return f" below {request.prefix}" if request.prefix else ""


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "backup restore s3", "Restore the bucket", gather, plan
)
