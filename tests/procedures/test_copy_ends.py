"""The two ends of a backup, and why they would not do."""

import pytest
from backup_samples import BACKUP, SOURCE, ends, rules

from opsctl.aws import Aws
from opsctl.procedures import copy_ends


def test_two_versioned_buckets_will_do() -> None:
    assert (ends().refusals, ends().notes) == ((), ())


@pytest.mark.parametrize(
    ("over", "reason", "fix"),
    [
        ({"backup": ""}, "no backup bucket", "backup_bucket ="),
        ({"backup": SOURCE}, "is the bucket itself", "another bucket"),
        ({"backup_rules": None}, "does not exist", "create-bucket"),
        ({"backup_rules": rules(versioning="Off")}, "keeps no versions", "put-bucket-versioning"),
        ({"backup_rules": rules(versioning="")}, "may not be read", "GetBucketVersioning"),
        (
            {"backup_rules": rules(versioning="Suspended")},
            "replace a good copy",
            f"--bucket {BACKUP}",
        ),
    ],
)
def test_each_reason_not_to_comes_with_its_fix(
    over: dict[str, object], reason: str, fix: str
) -> None:
    (refusal,) = ends(**over).refusals
    assert reason in refusal.reason
    assert fix in refusal.hint


def test_what_the_buckets_rules_mean_for_backups_is_told() -> None:
    (note,) = ends(source_rules=rules(versioning="Off")).notes
    assert "is lost" in note
    (note,) = ends(backup_rules=rules(lifecycle_noncurrent_days=30)).notes
    assert "30 days" in note


def test_the_target_names_both(local: Aws) -> None:
    found = copy_ends.read(local)
    assert (found.source, found.backup) == (local.target.bucket, local.target.backup_bucket)
    assert found.refusals == ()
