"""A light version is like any other where it counts."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

from opsctl.sandbox.moto_parts.s3_fill import LeanVersion

BUCKET = SimpleNamespace(name="b", account_id="1", region_name="us-east-1", is_versioned=True)


def version(size: int = 40) -> LeanVersion:
    return LeanVersion(BUCKET, "k", "v1", datetime(2026, 1, 1, tzinfo=UTC), size)


def test_its_content_is_the_same_each_time_and_as_long_as_told() -> None:
    assert version().value == version().value
    assert len(version(1001).value) == 1001
    assert version(0).value == b""


def test_its_metadata_are_its_own_once_they_are_set() -> None:
    one, other = version(), version()
    one.set_metadata({"x-amz-meta-a": "1"})
    assert one.metadata["x-amz-meta-a"] == "1"
    assert one.metadata["Content-Type"] == "image/jpeg"
    assert "x-amz-meta-a" not in other.metadata


def test_it_is_not_locked() -> None:
    assert not version().is_locked(governance_bypass=False)
