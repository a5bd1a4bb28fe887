"""Two buckets of the emulator, one backed up to the other, and what happens to them."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from opsctl.aws import Aws
from opsctl.aws.object_versions import Entry
from opsctl.plan import Progress
from opsctl.sandbox.emulator import Emulator

_NUMBERS = count(1)


def entry(
    key: str,
    version: str = "v1",
    *,
    at: str = "2026-11-24T03:00:00.000Z",
    latest: bool = False,
    marker: bool = False,
    size: int = 5,
    etag: str = "e1",
) -> Entry:
    """One line of a listing."""
    return Entry(key, version, latest, marker, at, 0 if marker else size, etag, "STANDARD")


class Buckets:
    """A bucket with a backup bucket, both versioned and empty; `aws` is a door to both."""

    def __init__(self, door: Aws, emulator: Emulator, *, versioned: bool = True) -> None:
        name = f"copies-{next(_NUMBERS)}"
        self.source, self.backup = f"{name}-pictures", f"{name}-backup"
        target = replace(door.target, bucket=self.source, backup_bucket=self.backup)
        self.aws = Aws(target)
        self.emulator = emulator
        self.reports: list[Progress] = []
        with self.aws.changing():
            for bucket in (self.source, self.backup):
                self.s3.create_bucket(Bucket=bucket)
                if versioned or bucket == self.backup:
                    self.s3.put_bucket_versioning(
                        Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
                    )

    @property
    def s3(self) -> Any:
        """A plain client."""
        return self.aws.client("s3")

    def put(self, key: str, body: bytes, **words: Any) -> str:
        """Writes an object; answers its version."""
        with self.aws.changing():
            made = self.s3.put_object(Bucket=self.source, Key=key, Body=body, **words)
        return str(made.get("VersionId", "null"))

    def delete(self, key: str) -> None:
        """Deletes an object as a user would."""
        with self.aws.changing():
            self.s3.delete_object(Bucket=self.source, Key=key)

    def body(self, key: str, bucket: str = "") -> bytes | None:
        """What a GET answers; None for nothing."""
        try:
            found = self.s3.get_object(Bucket=bucket or self.source, Key=key)
        except self.s3.exceptions.NoSuchKey:
            return None
        return bytes(found["Body"].read())

    def bodies(self) -> dict[str, bytes | None]:
        """Every object of the bucket."""
        listed = self.s3.list_objects_v2(Bucket=self.source).get("Contents", ())
        return {it["Key"]: self.body(it["Key"]) for it in listed}

    def versions(self, bucket: str) -> list[str]:
        """Keys of all versions in a bucket but opsctl's own, each as often as it has versions."""
        found = self.s3.list_object_versions(Bucket=bucket).get("Versions", ())
        return [it["Key"] for it in found if not it["Key"].startswith(".opsctl/")]

    def moment(self) -> str:
        """A moment by S3's clock; what is written next is later by more than a second."""
        self.emulator.advance(2)
        now = self.emulator.world.clock().isoformat()
        self.emulator.advance(2)
        return str(now)

    def back_up(self, name: str) -> dict[str, Any]:
        """A whole backup; answers what it counted."""
        with self.aws.changing():
            return self.aws.bucket_copies.copy(
                self.source, self.backup, name, 0, self.reports.append
            )

    def restore(self, at: str = "", backup: str = "", **words: Any) -> dict[str, Any]:
        """A whole restore; answers what it counted."""
        source = [self.backup, backup] if backup else []
        words = {"prefix": "", "delete_newer": False, "expected": 0, **words}
        with self.aws.changing():
            return self.aws.object_restores.restore(
                self.source, at, source, report=self.reports.append, **words
            )

    def fail(self, operation: str, code: str, **words: Any) -> None:
        """Calls of S3 that fail from now on."""
        rule = {"service": "s3", "operation": operation, "code": code, "status": 403, **words}
        self.emulator.front.faults.add(rule)
