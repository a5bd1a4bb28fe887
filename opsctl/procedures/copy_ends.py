"""The two ends of a backup of the bucket: what is copied, where to, and why that would not do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.bucket_rules import Rules
from opsctl.errors import NotFound
from opsctl.plan import Refusal


@dataclass(frozen=True)
class Ends:
    """The bucket and its backup bucket; `backup` is "" where none is configured, and rules are
    None where there is no such bucket."""

    env: str
    source: str
    backup: str
    source_rules: Rules | None = None
    backup_rules: Rules | None = None

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Reasons why nothing may be copied there."""
        return tuple(self._refusals())

    @property
    def notes(self) -> tuple[str, ...]:
        """What the operator should know of the two buckets."""
        return tuple(self._notes())

    def _refusals(self) -> Iterator[Refusal]:
        if not self.backup:
            yield Refusal(
                f"{self.env} has no backup bucket.",
                hint=f"Make a versioned bucket and name it in opsctl.toml: [env.{self.env}] "
                'backup_bucket = "…"',
            )
        elif self.backup == self.source:
            yield Refusal(
                f"The backup bucket {self.backup} is the bucket itself: what destroys one "
                "destroys both.",
                hint=f"Name another bucket as backup_bucket of {self.env} in opsctl.toml.",
            )
        elif self.backup_rules is None:
            yield Refusal(
                f"The backup bucket {self.backup} does not exist.",
                hint=f"aws s3api create-bucket --bucket {self.backup}, with versioning; or "
                "correct backup_bucket in opsctl.toml.",
            )
        elif not self.backup_rules.versioning:
            yield Refusal(
                f"Whether the backup bucket {self.backup} keeps versions may not be read: without "
                "them the next backup could replace a good copy by a corrupt one.",
                hint=f"Ask for s3:GetBucketVersioning on {self.backup}.",
            )
        elif self.backup_rules.versioning != "Enabled":
            yield Refusal(
                f"The backup bucket {self.backup} keeps no versions: the next backup could "
                "replace a good copy by a corrupt one.",
                hint=f"aws s3api put-bucket-versioning --bucket {self.backup} "
                "--versioning-configuration Status=Enabled",
            )

    def _notes(self) -> Iterator[str]:
        if self.source_rules and self.source_rules.versioning not in ("Enabled", ""):
            yield (
                f"{self.source} itself keeps no versions: what is overwritten between two backups "
                "is lost."
            )
        rules = self.backup_rules
        if rules and rules.lifecycle_noncurrent_days is not None:
            yield (
                f"A rule of {self.backup} deletes copies {rules.lifecycle_noncurrent_days} days "
                "after a newer one: backups that are older may lack objects."
            )


def read(aws: Aws) -> Ends:
    """Reads the rules of both buckets. Raises NotFound where the bucket itself is missing."""
    target = aws.target
    ends = Ends(target.env, target.bucket, target.backup_bucket)
    if not ends.backup or ends.backup == ends.source:
        return ends
    source = aws.bucket_rules.rules(ends.source)
    try:
        backup = aws.bucket_rules.rules(ends.backup)
    except NotFound:
        backup = None
    return Ends(ends.env, ends.source, ends.backup, source, backup)
