"""The checklist's item about backups: fresh ones of both halves, or why not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from checklist_samples import BACKUPS, TABLE, item, of_bucket, of_table, said, seen
from samples import target

from opsctl.reports import checklist_backups
from opsctl.reports.backups import Backups
from opsctl.reports.bucket_backups import BucketBackups
from opsctl.reports.checklist_items import Item
from opsctl.reports.table_backups import TableBackups


def bucket(*backups: Any, **over: Any) -> Backups:
    """The backups with another half of the bucket."""
    return replace(BACKUPS, bucket=BucketBackups(backups, **over))


def table(*backups: Any, **over: Any) -> Backups:
    """The backups with another half of the table."""
    return replace(BACKUPS, table=replace(TABLE, backups=backups, **over))


def backup(found: Backups, **over: Any) -> Item:
    return item("backup", backups=found, **over)


def test_fresh_backups_are_told_with_name_and_age() -> None:
    it = backup(BACKUPS)
    assert it.state == "ok"
    assert "s3-1, 3h old" in it.evidence
    assert "t-1, 2h old" in it.evidence
    assert "recovery on, for 35 d" in it.evidence


@pytest.mark.parametrize(
    "found",
    [
        bucket(of_bucket(25)),
        bucket(of_bucket(status="cut off")),
        bucket(of_bucket(kind="vault dynamodb", status="completed")),
        bucket(),
        table(of_table(25)),
        table(of_table(status="CREATING")),
        table(of_table(table="image_captions_restored")),
        table(),
    ],
)
def test_what_is_old_half_made_or_of_another_thing_does_not_count(found: Backups) -> None:
    it = backup(found)
    assert it.state == "not_ok"
    assert it.fix == "opsctl backup create all --env prod"
    assert checklist_backups.can_make(seen(backups=found))


def test_how_old_it_may_be_is_configured() -> None:
    strict = target(backup_bucket="backup", backup_age=9000)
    assert "more than 2h 30m" in backup(BACKUPS, target=strict).evidence
    lax = target(backup_bucket="backup", backup_age=2 * 86400)
    assert backup(bucket(of_bucket(40)), target=lax).state == "ok"


def test_what_a_vault_keeps_counts_for_its_half() -> None:
    point = of_bucket(kind="vault s3", status="completed", name="arn:point")
    rows = of_bucket(kind="vault dynamodb", status="completed", name="arn:rows")
    found = Backups(BucketBackups((point, rows)), replace(TABLE, backups=()))
    assert backup(found).state == "ok"
    broken = replace(point, status="partial")
    assert backup(Backups(BucketBackups((broken, rows)), TABLE)).state == "not_ok"


def test_recovery_that_is_off_is_mended_by_turning_it_on() -> None:
    it = backup(table(of_table(), recovery=None))
    assert it.state == "not_ok"
    assert "is off" in it.evidence
    assert it.fix.startswith("aws dynamodb update-continuous-backups --table-name image_captions ")
    assert not checklist_backups.can_make(seen(backups=table(of_table(), recovery=None)))


def test_what_could_not_be_looked_at_is_never_well() -> None:
    denied = ("the backups in backup: AccessDenied",)
    assert backup(bucket(unknown=denied)).state == "unknown"
    assert "AccessDenied" in backup(bucket(unknown=denied)).evidence
    blind = replace(BACKUPS, table=TableBackups("image_captions", unknown=("the table: no",)))
    assert backup(blind).state == "unknown"
    assert item("backup", said("backup"), backups=blind).state == "unknown"


def test_a_blind_spot_beside_a_fresh_backup_hides_nothing() -> None:
    assert backup(bucket(of_bucket(), unknown=("s3 in the vault: no",))).state == "ok"
    assert backup(table(of_table(), unknown=("who made them: no",))).state == "ok"
    assert backup(table(of_table(25), unknown=("who made them: no",))).state == "not_ok"


def test_one_half_that_is_old_outweighs_one_that_was_not_seen() -> None:
    found = Backups(bucket(unknown=("no",)).bucket, table(of_table(25)).table)
    assert backup(found).state == "not_ok"


def test_where_the_bucket_is_not_backed_up_by_opsctl_people_are_asked() -> None:
    bare = target()
    it = backup(bucket(), target=bare)
    assert (it.state, it.question != "") == ("not_answered", True)
    assert "no backup_bucket" in it.evidence
    said_so = item("backup", said("backup", note="replicated"), backups=bucket(), target=bare)
    assert said_so.state == "ok"
    stale = Backups(bucket().bucket, table(of_table(25)).table)
    assert backup(stale, target=bare).fix == "opsctl backup create dynamodb --env prod"


def test_the_newest_counts_whatever_the_order() -> None:
    found = bucket(of_bucket(50, name="old"), of_bucket(1, name="new"), of_bucket(30))
    assert "new, 1h old" in backup(found).evidence
