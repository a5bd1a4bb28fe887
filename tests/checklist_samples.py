"""A deployment of which every item of the checklist holds, but for what only people know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import status_samples
from samples import REGISTRY, digest, live, target

from opsctl.aws.git import Checkout
from opsctl.aws.github import Checks, Review
from opsctl.aws.terraform_plans import Change, Planned
from opsctl.journal.checklists import YES, Answer
from opsctl.procedures.preflight import Finding
from opsctl.reports.backups import Backups
from opsctl.reports.bucket_backups import BucketBackup, BucketBackups
from opsctl.reports.checklist import Code, Release, Seen
from opsctl.reports.checklist_items import Item
from opsctl.reports.checklist_rules import items
from opsctl.reports.table_backups import Recovery, TableBackup, TableBackups

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
COMMIT = "1a2b3c4d" * 5
CHECKOUT = Checkout("/code", COMMIT, (), "origin", pushed=True)
APPROVED = Review("approved", "#12, approved by kim", 12, "https://github.com/o/r/pull/12")
CODE = Code(CHECKOUT, Checks("passed", "lint, test"), APPROVED)
IMAGE = Release(f"{REGISTRY}@{digest('d')}", Finding("image 1.3.0", "ok", "X86_64"), None, "1.3.0")
PLANNED = Planned(
    "abc", (Change("aws_ecs_service.app", "aws_ecs_service", "change", ("task_definition",)),)
)


def of_bucket(hours: float = 3, **over: Any) -> BucketBackup:
    """A whole copy, so many hours old."""
    made = BucketBackup(
        name="s3-1",
        kind="s3",
        where="s3://backup",
        status="complete",
        created=NOW - hours * HOUR,
        objects=3,
        bytes=300,
        made_by="ana",
        erased=0,
    )
    return replace(made, **over)


def of_table(hours: float = 2, **over: Any) -> TableBackup:
    """A backup of the table that can be restored, so many hours old."""
    made = TableBackup(
        name="t-1",
        arn="arn:t-1",
        table="image_captions",
        kind="USER",
        status="AVAILABLE",
        created=NOW - hours * HOUR,
        expires=None,
        size=9,
        made_by="ana",
        erased=0,
        settings=True,
    )
    return replace(made, **over)


RECOVERY = Recovery(NOW - 20 * HOUR, NOW, 35)
TABLE = TableBackups("image_captions", (of_table(),), RECOVERY)
BACKUPS = Backups(BucketBackups((of_bucket(),)), TABLE)


def seen(**over: Any) -> Seen:
    """Everything well; releases do not go through Terraform."""
    made = Seen(
        target=target(backup_bucket="backup"),
        tag="1.3.0",
        at=NOW,
        live=live(),
        code=CODE,
        planned=None,
        backups=BACKUPS,
        status=status_samples.found(),
        incident=None,
        lock=None,
        release=IMAGE,
        needs=(Finding("secret HF_API_KEY", "ok"), Finding("task role", "ok")),
    )
    return replace(made, **over)


def said(item: str, word: str = YES, note: str = "", about: str = "") -> Answer:
    """Ana's word, an hour ago."""
    return Answer(item, word, note, "ana@desk", NOW - HOUR, about)


def item(key: str, *answers: Answer, **over: Any) -> Item:
    """One item of the checklist, as it stands by what was seen and said."""
    found = items(seen(**over), {it.item: it for it in answers})
    return next(it for it in found if it.key == key)
