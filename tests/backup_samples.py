"""Facts of backups and restores of a bucket, each whole and small."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from opsctl.aws.bucket_copies import Survey
from opsctl.aws.bucket_rules import Rules
from opsctl.aws.manifests import Head
from opsctl.procedures import back_up_bucket, restore_objects
from opsctl.procedures.copy_ends import Ends

SOURCE, BACKUP = "pictures", "pictures-backup"
RULES = Rules("eu-west-1", "Enabled", False, "", (), None)
NEW = Survey(objects=3, bytes=300, added=2, same=1, bytes_to_copy=200)


def rules(**over: Any) -> Rules:
    """A versioned bucket without further rules."""
    return replace(RULES, **over)


def ends(**over: Any) -> Ends:
    """Two buckets as they should be."""
    return replace(Ends("prod", SOURCE, BACKUP, RULES, RULES), **over)


def facts(survey: Survey = NEW, **over: Any) -> back_up_bucket.Facts:
    """Of a backup that has two objects to copy."""
    return back_up_bucket.Facts(ends(**over), survey)


def head(name: str = "s3-1", began: str = "2026-11-24T03:00:00+00:00", **over: Any) -> Head:
    """A whole backup of three objects."""
    made = Head(
        name=name,
        source=SOURCE,
        began=began,
        who="arn:aws:iam::123456789012:user/ana",
        ended=began,
        objects=3,
        bytes=300,
        complete=True,
    )
    return replace(made, **over)


def restore_facts(**over: Any) -> restore_objects.Facts:
    """Of a restore, without a look at the versions."""
    made = restore_objects.Facts(SOURCE, RULES, BACKUP, moment="2026-11-24T04:00:00+00:00")
    return replace(made, **over)
