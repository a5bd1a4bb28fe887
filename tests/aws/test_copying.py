"""One object copied inside S3, and compared."""

import threading
from collections.abc import Iterator

import pytest
from copies import Buckets

from opsctl import errors
from opsctl.aws import Aws, backing_off, copying, wire
from opsctl.aws.copying import Copier, Damaged, Source
from opsctl.sandbox.emulator import Emulator


@pytest.fixture
def buckets(door: Aws, emulator: Emulator) -> Iterator[Buckets]:
    made = Buckets(door, emulator)
    yield made
    emulator.front.faults.clear()


@pytest.fixture
def copier(buckets: Buckets) -> Copier:
    return Copier(
        buckets.aws,
        buckets.backup,
        region="",
        source_region="",
        stop=threading.Event(),
        only_ours=True,
    )


def source(buckets: Buckets, key: str, body: bytes, **words: object) -> Source:
    version = buckets.put(key, body, **words)
    found = buckets.s3.head_object(Bucket=buckets.source, Key=key)
    return Source(buckets.source, key, version, found["ETag"].strip('"'), len(body))


@pytest.mark.parametrize("key", ["images/ana/ü &<>'\"+%20.jpg", "a//b", "plain", "tab\tend"])
def test_bytes_metadata_and_tags_come_along_whatever_the_key(
    buckets: Buckets, copier: Copier, key: str
) -> None:
    it = source(buckets, key, b"picture", Metadata={"by": "ana"}, Tagging="a=b&c=d")
    with buckets.aws.changing():
        made = copier.copy(it, key)
    assert buckets.body(key, buckets.backup) == b"picture"
    found = buckets.s3.head_object(Bucket=buckets.backup, Key=key)
    assert found["Metadata"] == {"by": "ana"}
    tags = buckets.s3.get_object_tagging(Bucket=buckets.backup, Key=key)["TagSet"]
    assert tags == [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}]
    assert (made.version, made.proof) == (found["VersionId"], "etag")


def test_the_version_that_was_listed_is_copied_not_what_came_after(
    buckets: Buckets, copier: Copier
) -> None:
    it = source(buckets, "a", b"good")
    buckets.put("a", b"corrupt")
    with buckets.aws.changing():
        copier.copy(it, "a")
    assert buckets.body("a", buckets.backup) == b"good"


def test_another_object_in_its_place_is_noticed(buckets: Buckets, copier: Copier) -> None:
    it = source(buckets, "a", b"good")
    assert copying.copy_headers(it)["x-amz-copy-source-if-match"] == f'"{it.etag}"'
    buckets.fail("CopyObject", "PreconditionFailed", status=412)
    with buckets.aws.changing(), pytest.raises(errors.FactsChanged) as raised:
        copier.copy(it, "a")
    assert copying.is_changed(raised.value)
    newer = buckets.put("a", b"newer")
    found = copier.current(it)
    assert (found.version, found.size) == (newer, 5)


def test_a_source_that_is_gone_is_told_apart(buckets: Buckets, copier: Copier) -> None:
    it = source(buckets, "a", b"good")
    with buckets.aws.changing():
        buckets.s3.delete_object(Bucket=buckets.source, Key="a", VersionId=it.version)
        with pytest.raises(errors.NotFound) as raised:
            copier.copy(it, "a")
    assert copying.is_gone(raised.value)


def test_copies_with_another_etag_are_compared_by_size_or_refused(
    buckets: Buckets, copier: Copier
) -> None:
    it = source(buckets, "a", b"1234")
    alike, longer = buckets.put("b", b"5678"), buckets.put("c", b"56789")
    here = Copier(
        buckets.aws,
        buckets.source,
        region="",
        source_region="",
        stop=threading.Event(),
        only_ours=True,
    )
    assert here.compared(it, "b", alike) in ("size", "")
    assert here.compared(it, "c", longer) == ""


def test_a_damaged_copy_is_refused(buckets: Buckets, copier: Copier) -> None:
    it = source(buckets, "a", b"1234")

    class Careless(Copier):
        def _copy_at_once(self, source: Source, key: str) -> tuple[str, str]:
            with buckets.aws.changing():
                made = buckets.s3.put_object(Bucket=buckets.backup, Key=key, Body=b"12")
            return made["VersionId"], made["ETag"].strip('"')

    careless = Careless(
        buckets.aws,
        buckets.backup,
        region="",
        source_region="",
        stop=threading.Event(),
        only_ours=True,
    )
    with pytest.raises(Damaged):
        careless.copy(it, "a")


def test_a_burst_longer_than_the_retries_of_one_call_is_outlasted(
    buckets: Buckets, copier: Copier, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = source(buckets, "a", b"1234")
    monkeypatch.setattr(copying, "BETWEEN_TURNS", 0.0)
    monkeypatch.setattr(backing_off, "LONGEST_WAIT", 0.0)
    buckets.fail("CopyObject", "SlowDown", status=503, times=2 * wire.MOST_TRIES + 1)
    with buckets.aws.changing():
        copier.copy(it, "a")
    assert buckets.body("a", buckets.backup) == b"1234"
    buckets.fail("CopyObject", "SlowDown", status=503)
    with buckets.aws.changing(), pytest.raises(errors.Unreachable, match="throttles"):
        copier.copy(it, "a")


def test_nothing_is_sent_once_it_is_stopped_or_outside_a_plan(
    buckets: Buckets, copier: Copier
) -> None:
    it = source(buckets, "a", b"1234")
    with pytest.raises(errors.OpsctlError, match="CopyObject"):
        copier.copy(it, "a")
    copier._stop.set()
    with buckets.aws.changing(), pytest.raises(errors.Interrupted):
        copier.copy(it, "a")
    assert buckets.versions(buckets.backup) == []


def test_what_every_object_would_meet_ends_it_and_what_one_meets_does_not(
    buckets: Buckets, copier: Copier
) -> None:
    it = source(buckets, "a", b"1234")
    buckets.fail("CopyObject", "AccessDenied", times=1)
    with buckets.aws.changing(), pytest.raises(errors.NoAccess) as raised:
        copier.copy(it, "a")
    assert not copying.is_for_all(raised.value)
    assert copying.why(raised.value) == "AccessDenied"
    assert copying.is_for_all(errors.Interrupted(""))
    assert copying.is_for_all(errors.Unreachable(""))
    assert copying.is_for_all(errors.NoAccess("expired"))
