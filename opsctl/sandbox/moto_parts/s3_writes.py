"""S3: a PUT adds a version; while versioning is suspended it replaces only the null version."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from moto.s3.models import FakeBucket, S3Backend
from moto.s3.responses import S3Response

from opsctl.sandbox.moto_parts.originals import original

if TYPE_CHECKING:
    from opsctl.sandbox.world import World


def install(world: World) -> None:
    """Keep older versions from moto's put, and let them be read while versioning is suspended."""
    original(FakeBucket, "is_versioned")
    S3Backend.put_object = _keeping(world, original(S3Backend, "put_object"))
    S3Response.head_object = _reading(original(S3Response, "head_object"))
    FakeBucket.is_versioned = property(
        lambda bucket: (
            bucket.versioning_status == "Enabled" or getattr(bucket, "sandbox_reading", False)
        )
    )


def _keeping(world: World, put: Callable[..., Any]) -> Callable[..., Any]:
    def put_object(backend: Any, bucket_name: str, key_name: str, *args: Any, **named: Any) -> Any:
        bucket = backend.get_bucket(bucket_name)
        if bucket.versioning_status is None:
            made = put(backend, bucket_name, key_name, *args, **named)
            made.last_modified = world.clock().replace(tzinfo=None)
            return made
        if not bucket.is_versioned:
            bucket.keys.remove(key_name, "null")
        older = bucket.keys.detach(key_name)
        try:
            made = put(backend, bucket_name, key_name, *args, **named)
        finally:
            bucket.keys.attach(key_name, older)
        made._is_versioned = True
        made.last_modified = world.clock().replace(tzinfo=None)
        return made

    return put_object


def _reading(head: Callable[..., Any]) -> Callable[..., Any]:
    """moto asks for versioning that is on before it looks for a version; suspended will do."""

    def head_object(received: Any, *args: Any, **named: Any) -> Any:
        bucket = received.backend.get_bucket(received.bucket_name)
        bucket.sandbox_reading = bucket.versioning_status == "Suspended"
        try:
            return head(received, *args, **named)
        finally:
            bucket.sandbox_reading = False

    return head_object
