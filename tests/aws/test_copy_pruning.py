"""Old backups deleted, and nothing that another one needs."""

from collections.abc import Iterator

import pytest
from copies import Buckets

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.copy_pruning import Superfluous
from opsctl.aws.manifests import FOLDER
from opsctl.sandbox.emulator import Emulator


@pytest.fixture
def buckets(door: Aws, emulator: Emulator) -> Iterator[Buckets]:
    made = Buckets(door, emulator)
    made.put("same", b"same")
    made.put("changed", b"first")
    made.back_up("one")
    made.put("changed", b"second")
    made.back_up("two")
    with made.aws.changing():
        made.s3.put_object(Bucket=made.backup, Key="of-somebody", Body=b"1")
    yield made
    emulator.front.faults.clear()


def prune(buckets: Buckets, *drop: str, keeping: tuple[str, ...] = ("two",)) -> dict[str, object]:
    with buckets.aws.changing():
        return buckets.aws.copy_pruning.prune(
            buckets.backup, list(drop), list(keeping), 1, buckets.reports.append
        )


def test_only_what_no_kept_backup_names_would_go(buckets: Buckets) -> None:
    pruning = buckets.aws.copy_pruning
    assert pruning.survey(buckets.backup, ["one"]) == Superfluous(1, 5)
    assert pruning.survey(buckets.backup, ["one", "two"]) == Superfluous(3, 15)


def test_it_goes_with_its_manifest_and_the_other_one_is_whole(buckets: Buckets) -> None:
    assert prune(buckets, "one") == {"backups": 1, "deleted": 1}
    assert sorted(buckets.versions(buckets.backup)) == ["changed", "of-somebody", "same"]
    assert [it.name for it in buckets.aws.manifests.heads(buckets.backup)] == ["two"]
    assert buckets.aws.bucket_copies.verified(buckets.backup, "two").done
    assert buckets.aws.copy_pruning.gone(buckets.backup, ["one"]).done
    left = buckets.s3.list_object_versions(Bucket=buckets.backup, Prefix=f"{FOLDER}one")
    assert not left.get("Versions")
    assert not left.get("DeleteMarkers")


def test_a_backup_whose_name_begins_alike_keeps_its_head(buckets: Buckets) -> None:
    buckets.put("changed", b"third")
    buckets.back_up("one.json.2")
    prune(buckets, "one", keeping=("two", "one.json.2"))
    heads = {it.name for it in buckets.aws.manifests.heads(buckets.backup)}
    assert heads == {"two", "one.json.2"}


def test_a_backup_that_came_meanwhile_stops_it_before_anything_goes(buckets: Buckets) -> None:
    before = buckets.versions(buckets.backup)
    with pytest.raises(errors.FactsChanged):
        prune(buckets, "one", keeping=("two", "three"))
    assert buckets.versions(buckets.backup) == before


def test_what_cannot_be_deleted_keeps_its_manifest(buckets: Buckets) -> None:
    buckets.fail("DeleteObjects", "AccessDenied", kind="per-key", times=1)
    with pytest.raises(errors.StepFailed, match="still listed"):
        prune(buckets, "one")
    assert not buckets.aws.copy_pruning.gone(buckets.backup, ["one"]).done
    buckets.emulator.front.faults.clear()
    assert prune(buckets, "one")["deleted"] == 1
