"""Objects beyond what one CopyObject copies."""

import threading
from collections.abc import Iterator
from itertools import pairwise

import pytest
from copies import Buckets

from opsctl import errors
from opsctl.aws import Aws, copying, large_copies
from opsctl.aws.copying import Copier, Source
from opsctl.sandbox.emulator import Emulator

MIB = 1024**2


@pytest.fixture
def buckets(door: Aws, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Buckets]:
    monkeypatch.setattr(copying, "LARGEST", 5 * MIB)
    monkeypatch.setattr(large_copies, "PART", 5 * MIB)
    yield Buckets(door, emulator)
    emulator.front.faults.clear()


def copier(buckets: Buckets, *, only_ours: bool = True) -> Copier:
    return Copier(
        buckets.aws,
        buckets.backup,
        region="",
        source_region="",
        stop=threading.Event(),
        only_ours=only_ours,
    )


def source(buckets: Buckets, body: bytes) -> Source:
    version = buckets.put(
        "big ü", body, Metadata={"by": "ana"}, ContentType="image/png", Tagging="a=b%2Bc"
    )
    etag = buckets.s3.head_object(Bucket=buckets.source, Key="big ü")["ETag"]
    return Source(buckets.source, "big ü", version, etag.strip('"'), len(body))


def uploads(buckets: Buckets) -> list[str]:
    found = buckets.s3.list_multipart_uploads(Bucket=buckets.backup).get("Uploads", ())
    return [it["UploadId"] for it in found]


def test_it_is_copied_in_parts_with_metadata_and_tags(buckets: Buckets) -> None:
    body = bytes(range(256)) * (11 * 4096)
    it = source(buckets, body)
    with buckets.aws.changing():
        left = buckets.s3.create_multipart_upload(Bucket=buckets.backup, Key="big ü")["UploadId"]
        made = copier(buckets).copy(it, "big ü")
    assert buckets.body("big ü", buckets.backup) == body
    found = buckets.s3.head_object(Bucket=buckets.backup, Key="big ü")
    assert (found["Metadata"], found["ContentType"]) == ({"by": "ana"}, "image/png")
    tags = buckets.s3.get_object_tagging(Bucket=buckets.backup, Key="big ü")["TagSet"]
    assert tags == [{"Key": "a", "Value": "b+c"}]
    assert made.version == found["VersionId"]
    assert made.proof in ("size", "checksum")
    assert left not in uploads(buckets)


def test_an_upload_in_a_bucket_that_others_write_to_is_left_alone(buckets: Buckets) -> None:
    it = source(buckets, b"x" * (6 * MIB))
    with buckets.aws.changing():
        left = buckets.s3.create_multipart_upload(Bucket=buckets.backup, Key="big ü")["UploadId"]
        copier(buckets, only_ours=False).copy(it, "big ü")
    assert uploads(buckets) == [left]


def test_a_failure_leaves_no_upload_behind(buckets: Buckets) -> None:
    it = source(buckets, b"x" * (6 * MIB))
    buckets.fail("UploadPartCopy", "AccessDenied", after=1)
    with buckets.aws.changing(), pytest.raises(errors.NoAccess):
        copier(buckets).copy(it, "big ü")
    assert uploads(buckets) == []


@pytest.mark.parametrize("size", [1, 5 * MIB, 5 * MIB + 1, 16 * MIB, 200_001 * MIB])
def test_ranges_cover_every_byte_once_in_no_more_parts_than_s3_takes(size: int) -> None:
    found = list(large_copies.ranges(size))
    assert found[0][0] == 0
    assert found[-1][1] == size - 1
    assert all(last + 1 == first for (_, last), (first, _) in pairwise(found))
    assert len(found) <= large_copies.MOST_PARTS
