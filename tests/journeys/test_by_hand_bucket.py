"""By hand: the bucket is copied, and what was spoilt comes back, as through opsctl."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from at_aws import AtAws
from by_hand import Hand, compare, opsctl
from running import whole_second

pytestmark = pytest.mark.journey

PREFIX, OTHER = "images/hand-ana/", "images/hand-bob/"
KEYS = [f"{PREFIX}0/original.jpg", f"{PREFIX}1 a+b%2Fé.jpg", f"{PREFIX}2.jpg", f"{OTHER}0.jpg"]
BACK_UP, RESTORE = "Back up the bucket", "Restore the bucket"


def erase(aws: AtAws, bucket: str, prefix: str) -> None:
    """Every version below a prefix, gone."""
    page = aws.s3.list_object_versions(Bucket=bucket, Prefix=prefix)
    gone = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
    some = [{"Key": it["Key"], "VersionId": it["VersionId"]} for it in gone]
    if some:
        aws.s3.delete_objects(Bucket=bucket, Delete={"Objects": some})


class Pictures:
    """Two users' pictures in the bucket."""

    def __init__(self, aws: AtAws) -> None:
        self.aws = aws
        self.bucket, self.backup = aws.names["bucket"], aws.names["backup_bucket"]

    def put(self, key: str, body: bytes) -> None:
        more = {"ContentType": "image/jpeg", "Metadata": {"of": "hand"}}
        self.aws.s3.put_object(Bucket=self.bucket, Key=key, Body=body, **more)

    def good(self) -> None:
        """Good pictures, each written twice within the second, and no copy."""
        self.erase()
        for key in KEYS:
            self.put(key, b"the first try")
            self.put(key, f"good {key}".encode())

    def erase(self) -> None:
        for prefix in (PREFIX, OTHER):
            erase(self.aws, self.bucket, prefix)
        erase(self.aws, self.backup, "")

    def spoil(self) -> None:
        """One empty, one deleted, one new; one of the same content again; another user's, too."""
        self.put(KEYS[0], b"")
        self.aws.s3.delete_object(Bucket=self.bucket, Key=KEYS[1])
        self.put(KEYS[2], f"good {KEYS[2]}".encode())
        self.put(f"{PREFIX}new.jpg", b"new")
        self.put(KEYS[3], b"bob's own")

    def there(self) -> dict[str, Any]:
        return {
            **self.aws.objects(self.bucket, PREFIX),
            **self.aws.objects(self.bucket, OTHER),
            "versions": len(self.aws.held(self.bucket, "images/hand-")["versions"]),
        }

    def copies(self) -> dict[str, Any]:
        """What lies in the backup bucket but opsctl's own manifests."""
        return self.aws.objects(self.backup, "images/hand-")


@pytest.fixture
def pictures(aws: AtAws) -> Iterator[Pictures]:
    made = Pictures(aws)
    made.good()
    yield made
    made.erase()


def moment() -> str:
    """This second; what is written next is of a later one."""
    return datetime.fromtimestamp(whole_second(), UTC).replace(tzinfo=None).isoformat()


def test_a_backup(hand: Hand, pictures: Pictures) -> None:
    a_part = {
        "s3://$BUCKET s3://$BACKUP_BUCKET --only": "s3://$BUCKET/x s3://$BACKUP_BUCKET --only"
    }
    compare(
        pictures.copies,
        lambda: opsctl(hand.sandbox, "backup", "create", "s3", "--yes"),
        lambda: erase(pictures.aws, pictures.backup, ""),
        partial(hand.do, BACK_UP, 0),
        partial(hand.do, BACK_UP, 0, instead=a_part),
    )
    # opsctl takes what was copied by hand for what it is.
    hand.do(BACK_UP, 0)
    result = opsctl(hand.sandbox, "backup", "create", "s3", "--yes")["result"]
    assert result["copied"] == 0
    assert result["kept"] == result["objects"]


def test_a_backup_into_a_bucket_without_versions_is_refused(hand: Hand, pictures: Pictures) -> None:
    versioning = partial(pictures.aws.s3.put_bucket_versioning, Bucket=pictures.backup)
    versioning(VersioningConfiguration={"Status": "Suspended"})
    try:
        assert "keeps no versions: Suspended" in hand.do(BACK_UP, 0, code=1).out
    finally:
        versioning(VersioningConfiguration={"Status": "Enabled"})
    assert pictures.copies() == {}


def test_a_backup_by_the_vault(hand: Hand, aws: AtAws) -> None:
    fill = {"ROLE": aws.names["backup_role"], "EVERY": "0.3"}
    done = hand.do(BACK_UP, 1, fill=fill)
    assert done.documents[-1]["state"] == "COMPLETED"
    listed = opsctl(hand.sandbox, "backup", "list")
    assert done.documents[-1]["point"] in str(listed)
    hand.do(BACK_UP, 1, fill={**fill, "VAULT": "nowhere"}, code=None)


def test_what_was_spoilt_comes_back_by_its_versions(hand: Hand, pictures: Pictures) -> None:
    at: list[str] = []

    def back() -> None:
        pictures.good()
        at[:] = [moment()]
        pictures.spoil()

    def typed(**changes: Any) -> None:
        hand.do(RESTORE, 0, fill={"AT": at[0], "PREFIX": PREFIX}, **changes)
        hand.do(RESTORE, 1)

    def by_opsctl() -> None:
        words = ("backup", "restore", "s3", "--at", f"{at[0]}Z", "--prefix", PREFIX)
        opsctl(hand.sandbox, *words, "--confirm", pictures.bucket)

    back()
    compare(
        pictures.there,
        by_opsctl,
        back,
        typed,
        partial(typed, instead={"<= $at": ">= $at"}),
        partial(typed, instead={"reverse | max_by": "max_by"}),
        partial(typed, instead={"$now.ETag != .ETag": "true"}),
    )


def test_what_is_gone_comes_back_from_a_copy(hand: Hand, pictures: Pictures) -> None:
    made: list[str] = []

    def back() -> None:
        """A backup of what was good; after it the good versions are gone."""
        pictures.good()
        made[:] = [opsctl(hand.sandbox, "backup", "create", "s3", "--yes")["result"]["backup"]]
        erase(pictures.aws, pictures.bucket, KEYS[0])
        pictures.spoil()
        opsctl(hand.sandbox, "backup", "create", "s3", "--yes")

    def typed() -> None:
        hand.do(RESTORE, 2, fill={"NAME": made[0], "PREFIX": PREFIX})
        hand.do(RESTORE, 3)

    def by_opsctl() -> None:
        words = ("backup", "restore", "s3", made[0], "--prefix", PREFIX)
        opsctl(hand.sandbox, *words, "--confirm", pictures.bucket)

    back()
    compare(pictures.there, by_opsctl, back, typed)


def test_a_rule_beside_those_that_are_there(hand: Hand, aws: AtAws) -> None:
    bucket = aws.names["backup_bucket"]
    title = "Prune backups of the bucket"
    uploads = {
        "ID": "uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }
    try:
        hand.do(title, fill={"DAYS": "30"})
        rules = aws.s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        assert [it["NoncurrentVersionExpiration"]["NoncurrentDays"] for it in rules] == [30]
        aws.s3.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": [uploads, *rules]}
        )
        hand.do(title)
        rules = aws.s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        assert [it["ID"] for it in rules] == ["uploads", "old-copies"]
        assert rules[1]["NoncurrentVersionExpiration"]["NoncurrentDays"] == 90
        assert rules[0]["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] == 7
    finally:
        aws.s3.delete_bucket_lifecycle(Bucket=bucket)
