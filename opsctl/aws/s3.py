"""Buckets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from opsctl.aws.gateway import Gateway


@dataclass(frozen=True)
class Bucket:
    """One bucket. `versioning` is `Enabled`, `Suspended` or `Off`."""

    name: str
    region: str
    versioning: str


class S3(Gateway):
    """Amazon Simple Storage Service."""

    @property
    def _s3(self) -> Any:
        return self.aws.client("s3")

    def bucket(self, name: str) -> Bucket:
        """Where a bucket lies and whether it keeps versions. Raises NotFound."""
        # HeadBucket tells the region in a header; GetBucketLocation calls us-east-1 None.
        found = self._s3.head_bucket(Bucket=name)
        versioning = self._s3.get_bucket_versioning(Bucket=name)
        return Bucket(name, found.get("BucketRegion", ""), versioning.get("Status", "Off"))

    def bucket_names(self) -> list[str]:
        """Every bucket of the account."""
        return [bucket["Name"] for bucket in self._s3.list_buckets()["Buckets"]]
