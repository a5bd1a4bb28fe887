"""S3: DeleteObject and DeleteObjects: versions, null versions, markers, locks, MFA delete."""

from __future__ import annotations

import base64
import hashlib
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from moto.s3.exceptions import MalformedXML, MissingKey, PreconditionFailed
from moto.s3.models import FakeDeleteMarker, S3Backend
from moto.s3.responses import S3Response

from opsctl.sandbox.faults import PASSED_ON, Fault
from opsctl.sandbox.moto_parts.originals import original
from opsctl.sandbox.moto_parts.s3_refusals import S3Refused
from opsctl.sandbox.moto_parts.xml_text import element

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

MOST = 1000
LOCKED = "Access Denied because object protected by object lock."
NO_MFA = "Mfa Authentication must be used for this request"
_SPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_BYPASS = "x-amz-bypass-governance-retention"

Answer = tuple[int, dict[str, str], str]


@dataclass(frozen=True)
class Gone:
    """What a delete did. `version` is the id that was deleted or the marker's that was made."""

    version: str = ""
    marker: bool = False


class Locked(Exception):
    """Object Lock keeps this version."""


def install(world: World) -> None:
    """Put both operations in the place of moto's."""
    original(S3Backend, "delete_object")
    original(S3Response, "delete_object")
    original(S3Response, "_bucket_response_delete_keys")

    def delete_object(
        backend: Any, bucket: str, key: str, version_id: str | None = None, bypass: bool = False
    ) -> tuple[bool, dict[str, str]]:
        gone = _delete(world, backend.get_bucket(bucket), key, version_id or "", bypass=bypass)
        return True, _headers(gone)

    S3Backend.delete_object = delete_object
    S3Response.delete_object = lambda received: _one(world, received)
    S3Response._bucket_response_delete_keys = lambda received, bucket, authenticated=True: _many(
        world, received, bucket, authenticated
    )


def _delete(world: World, bucket: Any, key: str, version_id: str, *, bypass: bool) -> Gone:
    """Delete one version, or make a delete marker. Raises Locked."""
    store = bucket.keys
    if version_id:
        found = next((it for it in store.getlist(key, []) if it.version_id == version_id), None)
        if found is None:
            return Gone(version_id)
        _unlocked(found, bypass=bypass)
        store.remove(key, version_id)
        return Gone(version_id, isinstance(found, FakeDeleteMarker))
    if bucket.versioning_status is None:
        store.remove(key, "null")
        return Gone()
    return Gone(_mark(world, bucket, key), marker=True)


def _mark(world: World, bucket: Any, key: str) -> str:
    """Put a delete marker on a key; while versioning is suspended it replaces the null version."""
    marker = FakeDeleteMarker.__new__(FakeDeleteMarker)
    marker.key, marker.name = bucket.keys.get(key), key
    marker.last_modified = world.clock().replace(tzinfo=None)
    marker._version_id = str(uuid.uuid4()) if bucket.is_versioned else "null"
    if not bucket.is_versioned:
        bucket.keys.remove(key, "null")
    bucket.keys.append(key, marker)
    return str(marker.version_id)


def _unlocked(version: Any, *, bypass: bool) -> None:
    if not isinstance(version, FakeDeleteMarker) and version.is_locked(governance_bypass=bypass):
        raise Locked


def _headers(gone: Gone) -> dict[str, str]:
    if not gone.version:
        return {}
    return {"version-id": gone.version} | ({"delete-marker": "true"} if gone.marker else {})


def _one(world: World, received: Any) -> Answer:
    key, version = received.parse_key_name(), received._get_param("versionId") or ""
    bucket = received.backend.get_bucket(received.bucket_name)
    _match(received, key)
    if version and mfa_delete(bucket) and not received.headers.get("x-amz-mfa"):
        raise S3Refused(403, "AccessDenied", NO_MFA)
    try:
        gone = _delete(world, bucket, key, version, bypass=bypass(received))
    except Locked:
        raise S3Refused(403, "AccessDenied", LOCKED) from None
    return 204, {f"x-amz-{name}": value for name, value in _headers(gone).items()}, ""


def _match(received: Any, key: str) -> None:
    wanted = received.headers.get("If-Match")
    if wanted:
        found = received.backend.get_object(received.bucket_name, key)
        if found is None:
            raise MissingKey(key=key)
        if wanted != "*" and wanted.strip('"') != found.etag.strip('"'):
            raise PreconditionFailed("If-Match")


def mfa_delete(bucket: Any) -> bool:
    """Whether a version of this bucket can only be deleted with a one-time code."""
    return getattr(bucket, "sandbox_mfa_delete", "") == "Enabled"


def bypass(received: Any) -> bool:
    """Whether the caller asks to pass over a lock in governance mode."""
    return str(received.headers.get(_BYPASS, "")).lower() == "true"


def _many(world: World, received: Any, name: str, authenticated: bool) -> Answer:
    _intact(received)
    wanted, quiet = _wanted(received.body)
    bucket = received.backend.get_bucket(name)
    if mfa_delete(bucket) and not received.headers.get("x-amz-mfa"):
        raise S3Refused(403, "AccessDenied", NO_MFA)
    passing = bypass(received)
    told: list[str] = []
    for key, version in _not_failed(received, wanted, told):
        if not authenticated or not _permitted(bucket, key, version):
            told.append(error(key, version, "AccessDenied", "Access Denied"))
            continue
        try:
            gone = _delete(world, bucket, key, version, bypass=passing)
        except Locked:
            told.append(error(key, version, "AccessDenied", LOCKED))
        else:
            told.extend([] if quiet else [_deleted(key, version, gone)])
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult xmlns="{_SPACE}">'
    body = f"{head}{''.join(told)}</DeleteResult>"
    return 200, {"Content-Type": "application/xml"}, body


def _not_failed(
    received: Any, wanted: list[tuple[str, str]], told: list[str]
) -> list[tuple[str, str]]:
    """What a fault on purpose leaves to delete; the errors of the others are told."""
    fault: Fault | None = received.request.environ.get(PASSED_ON)
    failed = fault.of(len(wanted)) if fault else 0
    if fault:
        code = fault.code or "InternalError"
        told.extend(error(key, version, code, fault.message) for key, version in wanted[:failed])
    return wanted[failed:]


def _intact(received: Any) -> None:
    """S3 takes no DeleteObjects without a checksum of its body, nor one with a wrong one."""
    body: bytes = received.body
    given = {name.lower(): value for name, value in received.headers.items()}
    checks: dict[str, Callable[[], bytes]] = {
        "content-md5": lambda: hashlib.md5(body, usedforsecurity=False).digest(),
        "x-amz-checksum-crc32": lambda: zlib.crc32(body).to_bytes(4, "big"),
        "x-amz-checksum-sha256": lambda: hashlib.sha256(body).digest(),
    }
    if "content-md5" not in given and not any(it.startswith("x-amz-checksum-") for it in given):
        message = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
        raise S3Refused(400, "InvalidRequest", message)
    for name, check in checks.items():
        if name in given and given[name] != base64.b64encode(check()).decode():
            message = f"The {name} you specified did not match what we received."
            raise S3Refused(400, "BadDigest", message)


def _wanted(body: bytes) -> tuple[list[tuple[str, str]], bool]:
    """([(key, version id or "")], quiet). Raises MalformedXML, as S3 does above 1,000 keys."""
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - it comes from this machine
    except ElementTree.ParseError:
        raise MalformedXML from None
    space = root.tag.partition("}")[0] + "}" if root.tag.startswith("{") else ""
    wanted = [
        (each.findtext(f"{space}Key") or "", each.findtext(f"{space}VersionId") or "")
        for each in root.findall(f"{space}Object")
    ]
    if not wanted or len(wanted) > MOST or not all(key for key, _ in wanted):
        raise MalformedXML
    return wanted, (root.findtext(f"{space}Quiet") or "").strip().lower() == "true"


def _permitted(bucket: Any, key: str, version: str) -> bool:
    if bucket.policy is None:
        return True
    from moto.iam.access_control import PermissionResult

    action = "s3:DeleteObjectVersion" if version else "s3:DeleteObject"
    found = bucket.get_permission(action, f"arn:aws:s3:::{bucket.name}/{key}")
    return bool(found != PermissionResult.DENIED)


def _deleted(key: str, asked: str, gone: Gone) -> str:
    shown = element("Key", key) + (element("VersionId", asked) if asked else "")
    if gone.marker:
        shown += "<DeleteMarker>true</DeleteMarker>" + element(
            "DeleteMarkerVersionId", gone.version
        )
    return f"<Deleted>{shown}</Deleted>"


def error(key: str, version: str, code: str, message: str) -> str:
    """One `<Error>` of a DeleteResult."""
    shown = element("Key", key) + (element("VersionId", version) if version else "")
    return f"<Error>{shown}{element('Code', code)}{element('Message', message)}</Error>"
