"""S3: versions and markers that weigh little, so that there can be hundreds of thousands."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from moto.s3.models import FakeDeleteMarker, FakeKey, get_canned_acl
from moto.utilities.utils import LowercaseDict

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

_CONTENT_TYPE = "image/jpeg"


def install(_: World) -> None:
    """Nothing to put on moto: `sandbox.filling` makes these."""


class LeanVersion(FakeKey):  # type: ignore[misc]
    """An object's version whose content is made up whenever it is read: the same each time."""

    acl = get_canned_acl("private")
    _metadata = LowercaseDict({"Content-Type": _CONTENT_TYPE})
    _storage_class = "STANDARD"
    _etag = None
    _expiry = website_redirect_location = multipart = encryption = kms_key_id = None
    bucket_key_enabled = lock_mode = lock_legal_status = lock_until = None
    checksum_algorithm = checksum_value = checksum_type = checksum_parts = None
    disposed = True
    partition = "aws"
    # What moto keeps of a restore from an archive, which none of these ever is in.
    model_name = "s3::keyrestore"
    _transitions = ((None, "IN_PROGRESS"), ("IN_PROGRESS", "RESTORED"))
    _status = None
    _tick = 0

    def __init__(self, bucket: Any, name: str, version_id: str, at: datetime, size: int) -> None:
        self.name, self.bucket_name, self._version_id = name, bucket.name, version_id
        self.account_id, self.region_name = bucket.account_id, bucket.region_name
        self._is_versioned = bucket.is_versioned
        self.last_modified, self.contentsize = at, size

    @property
    def value(self) -> bytes:
        """The content: text that names the version, repeated up to its size."""
        line = f"{self.name} {self._version_id}\n".encode()
        return (line * (self.contentsize // len(line) + 1))[: self.contentsize]

    @property
    def etag(self) -> str:
        """The MD5 of the content, between quotes."""
        return f'"{hashlib.md5(self.value, usedforsecurity=False).hexdigest()}"'

    def set_metadata(self, metadata: Any, replace: bool = False) -> None:
        """Take metadata of its own: what it begins with belongs to all of them."""
        self._metadata = LowercaseDict({} if replace else dict(self._metadata))
        super().set_metadata(metadata)

    def dispose(self, garbage: bool = False) -> None:
        """It holds no file."""


class LeanMarker(FakeDeleteMarker):  # type: ignore[misc]
    """A delete marker with a time of its own."""

    key = None

    def __init__(self, name: str, version_id: str, at: datetime) -> None:
        self.name, self._version_id, self.last_modified = name, version_id, at
