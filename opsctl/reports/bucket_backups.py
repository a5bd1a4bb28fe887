"""Backups of the bucket: those that opsctl copied, and what AWS Backup keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from opsctl.aws import Aws
from opsctl.aws.erasures import MARGIN
from opsctl.aws.manifests import Head
from opsctl.aws.vaults import RecoveryPoint
from opsctl.errors import OpsctlError


@dataclass(frozen=True)
class BucketBackup:
    """One backup, in the backup bucket or in a vault; `bytes` is None where AWS does not say.

    `status` is complete, incomplete (some objects could not be copied), cut off, or AWS
    Backup's. `erased` is how many users were erased since: a restore leaves them out.
    """

    name: str
    kind: str
    """`s3`, or `vault s3` and `vault dynamodb` for recovery points of AWS Backup."""
    where: str
    status: str
    created: datetime
    objects: int | None
    bytes: int | None
    made_by: str
    """ARN of the caller or the role."""
    erased: int | None
    """None where opsctl's record of erasures cannot be read."""
    expires: str = ""
    """ISO 8601; "" for never."""


@dataclass(frozen=True)
class BucketBackups:
    """What the bucket can be restored from, the newest first. `unknown` is what could not be
    looked at, and why; `notes` what is not set up."""

    backups: tuple[BucketBackup, ...]
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def gather(aws: Aws) -> BucketBackups:
    """Reads the manifests in the backup bucket, and the recovery points of bucket and table."""
    target = aws.target
    found: list[BucketBackup] = []
    unknown: list[str] = []
    notes: list[str] = []
    if not target.backup_bucket:
        notes.append(f"{target.env} has no backup_bucket: opsctl has made no backup of the bucket.")
    try:
        found += _copied(aws)
    except OpsctlError as error:
        unknown.append(f"the backups in {target.backup_bucket}: {error.message}")
    for kind, resource in (("s3", _bucket_arn), ("dynamodb", _table_arn)):
        try:
            found += _kept(aws, kind, resource(aws))
        except OpsctlError as error:
            unknown.append(f"{kind} in the vault {target.backup_vault}: {error.message}")
    newest = sorted(found, key=lambda it: it.created, reverse=True)
    return BucketBackups(tuple(newest), tuple(unknown), tuple(notes))


def _copied(aws: Aws) -> Iterator[BucketBackup]:
    bucket = aws.target.backup_bucket
    if not bucket:
        return
    heads = [it for it in aws.manifests.heads(bucket) if it.source == aws.target.bucket]
    erased = _erased(aws, [it.made - MARGIN for it in heads])
    for head in heads:
        yield BucketBackup(
            name=head.name,
            kind="s3",
            where=f"s3://{bucket}",
            status=_status(head),
            created=head.made,
            objects=head.objects,
            bytes=head.bytes,
            made_by=head.who,
            erased=erased(head.made - MARGIN),
        )


def _erased(aws: Aws, moments: list[datetime]) -> Callable[[datetime], int | None]:
    """How many users were erased since a moment: of none since the oldest, one look tells it."""
    try:
        if not moments or not aws.erasures.since(min(moments)).count:
            return lambda _: 0
    except OpsctlError:
        return lambda _: None
    return lambda moment: aws.erasures.since(moment).count


def _status(head: Head) -> str:
    if head.complete:
        return "complete"
    return f"incomplete: {head.failed:,} failed" if head.ended else "cut off"


def _kept(aws: Aws, kind: str, resource: str) -> Iterator[BucketBackup]:
    vault = aws.target.backup_vault
    points = aws.vaults.recovery_points(vault, resource)
    erased = _erased(aws, [it.created for it in points])
    for point in points:
        yield _point(kind, point, erased(point.created))


def _point(kind: str, point: RecoveryPoint, erased: int | None) -> BucketBackup:
    return BucketBackup(
        name=point.arn,
        kind=f"vault {kind}",
        where=f"vault {point.vault}",
        status=point.status.lower(),
        created=point.created,
        objects=None,
        bytes=point.bytes,
        made_by=point.who,
        erased=erased,
        expires=point.deletes,
    )


def _bucket_arn(aws: Aws) -> str:
    return f"arn:{_partition(aws)}:s3:::{aws.target.bucket}"


def _table_arn(aws: Aws) -> str:
    target = aws.target
    place = f"{target.region}:{target.account}"
    return f"arn:{_partition(aws)}:dynamodb:{place}:table/{target.table}"


def _partition(aws: Aws) -> str:
    return aws.sts.caller().arn.split(":")[1]
