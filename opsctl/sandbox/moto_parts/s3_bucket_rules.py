"""S3: versioning with MFA delete, and locks that nobody shortens."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.s3.responses import S3Response

from opsctl.sandbox.moto_parts.originals import original
from opsctl.sandbox.moto_parts.s3_deletes import LOCKED, NO_MFA, bypass, mfa_delete
from opsctl.sandbox.moto_parts.s3_refusals import S3Refused

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

_STATUS = re.compile(rb"<Status>\s*(\w+)\s*</Status>")
_MFA = re.compile(rb"<MfaDelete>\s*(\w+)\s*</MfaDelete>", re.IGNORECASE)


def install(_: World) -> None:
    """Check what changes versioning and retention, and tell of MFA delete."""
    S3Response._bucket_response_put = _checked(original(S3Response, "_bucket_response_put"))
    original(S3Response, "get_bucket_versioning")
    S3Response.get_bucket_versioning = _versioning
    S3Response.put_object_retention = _kept(original(S3Response, "put_object_retention"))


def _checked(put: Callable[..., Any]) -> Callable[..., Any]:
    def bucket_response_put(received: Any, request: Any, name: str, query: dict[str, Any]) -> Any:
        if "versioning" in query:
            _check_versioning(received, received.backend.get_bucket(name))
        return put(received, request, name, query)

    return bucket_response_put


def _check_versioning(received: Any, bucket: Any) -> None:
    """Raise as S3 does; note MFA delete, which moto does not know."""
    status, mfa = _STATUS.search(received.body), _MFA.search(received.body)
    if (mfa or mfa_delete(bucket)) and not received.headers.get("x-amz-mfa"):
        raise S3Refused(403, "AccessDenied", NO_MFA)
    if bucket.object_lock_enabled and status and status[1] != b"Enabled":
        raise S3Refused(
            409,
            "InvalidBucketState",
            "An Object Lock configuration is present on this bucket, so the versioning state "
            "cannot be changed.",
        )
    if mfa:
        bucket.sandbox_mfa_delete = mfa[1].decode().capitalize()


def _versioning(received: Any) -> Any:
    bucket = received.backend.get_bucket(received.bucket_name)
    told = getattr(bucket, "sandbox_mfa_delete", None)
    received.data["Action"] = "GetBucketVersioning"
    answer = {"Status": bucket.versioning_status, "MFADelete": told}
    return received.serialized(ActionResult(answer))


def _kept(put: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A retention can be made longer; shorter only in governance mode, by who may bypass it."""

    def put_object_retention(received: Any) -> Any:
        version = received._get_param("versionId")
        found = received.backend.get_object(
            received.bucket_name, received.parse_key_name(), version_id=version
        )
        mode, until = received._mode_until_from_body()
        held = found is not None and found.lock_mode and found.is_locked(bypass(received))
        if held and found.lock_legal_status != "ON" and not _longer(found, mode, until):
            raise S3Refused(403, "AccessDenied", LOCKED)
        return put(received)

    return put_object_retention


def _longer(found: Any, mode: str | None, until: str | None) -> bool:
    if not until or (found.lock_mode == "COMPLIANCE" and mode != "COMPLIANCE"):
        return False
    return _moment(until) >= _moment(found.lock_until)


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return at if at.tzinfo else at.replace(tzinfo=UTC)
