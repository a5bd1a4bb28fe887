"""The versions of objects below a prefix: counted, listed, erased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsctl.aws import object_pages, uploads
from opsctl.aws.failures import aws_code
from opsctl.aws.gateway import Gateway
from opsctl.aws.object_erasing import Erased, Erasing
from opsctl.aws.object_pages import Entry
from opsctl.aws.wire import Wire
from opsctl.errors import OpsctlError
from opsctl.plan import Progress, Report

__all__ = ["Entry", "Erased", "Inventory", "ObjectVersions"]


@dataclass(frozen=True)
class Inventory:
    """What lies below a prefix."""

    objects: int = 0
    """Keys that show an object: their latest version is no delete marker."""
    versions: int = 0
    markers: int = 0
    uploads: int = 0
    """Uploads in parts that never ended."""
    bytes: int = 0
    """Of all versions."""
    more: bool = False
    """Counting ended at `most`: there is more."""

    @property
    def is_empty(self) -> bool:
        """Nothing of any kind is there."""
        return not (self.versions or self.markers or self.uploads)


class ObjectVersions(Gateway):
    """Object versions, by bucket and prefix. `region` "" is the target's. Memory stays constant:
    no more than a few pages are held."""

    def inventory(
        self,
        bucket: str,
        prefix: str,
        region: str = "",
        report: Report | None = None,
        most: int = 0,
    ) -> Inventory:
        """Counts, page by page; with `most` it ends after the page that reaches so many."""
        wire = self._wire(region)
        objects = versions = markers = size = 0
        for page in object_pages.entries(wire, bucket, prefix):
            gone = sum(each.is_marker for each in page)
            markers += gone
            versions += len(page) - gone
            objects += sum(each.is_latest and not each.is_marker for each in page)
            size += sum(each.size for each in page)
            if report:
                report(Progress(False, f"{versions:,} versions, {markers:,} markers found"))
            if most and versions + markers >= most:
                return Inventory(objects, versions, markers, 0, size, more=True)
        begun = sum(len(page) for page in uploads.under(wire, bucket, prefix))
        return Inventory(objects, versions, markers, begun, size)

    def pages(self, bucket: str, prefix: str, region: str = "") -> Iterator[tuple[Entry, ...]]:
        """Versions and markers in the order of S3: by key, the newest first."""
        for page in object_pages.entries(self._wire(region), bucket, prefix):
            yield tuple(page)

    def erase(
        self, bucket: str, prefix: str, region: str = "", report: Report | None = None
    ) -> Erased:
        """Erases uploads, versions and delete markers below a prefix that ends in `/`.

        Read the answer: what Object Lock holds and what S3 failed to delete is only counted.
        Raises OpsctlError, before anything is sent, for any other prefix: `images/1` would also
        be the beginning of somebody else's `images/10`.
        """
        if not prefix.strip("/") or not prefix.endswith("/"):
            raise OpsctlError(
                "A bug: a prefix that does not end in “/” names more than one user's objects.",
                hint="Nothing was sent. Please report it with the command you ran.",
            )
        wire = self._wire(region)
        return Erasing(wire, bucket, prefix, lambda: self._has_lock(wire, bucket), report).run()

    def _wire(self, region: str) -> Wire:
        return self.aws.wire("s3", region)

    @staticmethod
    def _has_lock(wire: Wire, bucket: str) -> bool:
        """Whether a bucket has Object Lock; no when that may not be asked."""
        try:
            wire.s3("GetObjectLockConfiguration", "GET", bucket, query={"object-lock": ""})
        except OpsctlError as error:
            if aws_code(error) in ("ObjectLockConfigurationNotFoundError", "AccessDenied"):
                return False
            raise
        return True
