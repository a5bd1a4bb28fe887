"""What a restore needs to be allowed on the table that it makes, asked before it begins."""

from __future__ import annotations

from collections.abc import Iterator

from opsctl.aws import Aws

WRITES = (
    "BatchWriteItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "UpdateItem",
)
"""What AWS demands **on the new table** of whoever restores it."""
SETS = ("UpdateTimeToLive", "UpdateContinuousBackups", "TagResource", "UpdateTable")
"""What the settings need on it."""


def denied(aws: Aws, table: str) -> tuple[str, ...] | None:
    """Which of these IAM's simulation denies the caller; None where that cannot be asked."""
    caller, target = aws.known_caller_arn, aws.target
    if not caller:
        return None
    # The caller's own ARN tells the partition: aws, aws-cn or aws-us-gov.
    partition = caller.split(":")[1]
    arn = f"arn:{partition}:dynamodb:{target.region}:{target.account}:table/{table}"
    return aws.iam.denied(caller, [f"dynamodb:{name}" for name in (*WRITES, *SETS)], [arn])


def notes(denied: tuple[str, ...] | None) -> Iterator[str]:
    """A missing permission shows itself in the middle of a restore, unless it is told before."""
    if denied is None:
        yield (
            "Whether you may write items of the new table, without which AWS refuses the restore, "
            "could not be asked (iam:SimulatePrincipalPolicy)."
        )
    elif denied:
        yield (
            f"IAM's simulation denies you, on the new table, {', '.join(denied)}: without them the "
            "restore, or a setting of it, is refused."
        )
