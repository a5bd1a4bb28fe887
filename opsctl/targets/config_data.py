"""The keys of opsctl.toml about the data of users: where it lies, and how it is backed up."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from opsctl import durations
from opsctl.targets.config_forms import about, name, role
from opsctl.targets.config_names import Names

Name = Annotated[str, Meta(min_length=1)]


class DataEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One `[[env.NAME.data]]` table: a store of the data map."""

    bucket: Name = ""
    prefix: Name = ""
    table: Name = ""
    key: dict[Name, Name] = {}
    index: Name = ""
    log_group: Name = ""
    region: Name = ""


class UserData(Names, kw_only=True):
    """Where it lies, and how it is backed up and proven gone."""

    data: (
        Annotated[
            list[DataEntry],
            about(
                "Where the data of one user lies, one `[[env.NAME.data]]` for each store: `bucket` "
                "with `prefix`, `table` with `key` (and `index`), or `log_group`; `region` where "
                "it is another. Without it: the layout of the service. A store that is not listed "
                "is reported as not examined.",
                'tables, like { bucket = "our-images", prefix = "images/{user_id}/" } and '
                '{ table = "captions", key = { PK = "USER#{user_id}" } }',
            ),
        ]
        | UnsetType
    ) = UNSET
    backup_bucket: (
        Annotated[str, name("The versioned bucket that `opsctl backup create s3` copies to.")]
        | UnsetType
    ) = UNSET
    backup_age: (
        Annotated[
            str,
            about(
                "How old a backup may be before a deployment, for `opsctl checklist deploy`.",
                f"{durations.FORM}, in quotes",
            ),
        ]
        | UnsetType
    ) = UNSET
    backup_vault: Annotated[str, name("The vault of AWS Backup.")] | UnsetType = UNSET
    backup_role: (
        Annotated[str, role("The role that S3 Batch Operations and AWS Backup work as.")]
        | UnsetType
    ) = UNSET
    table_variable: (
        Annotated[str, name("The environment variable that tells the service its table.")]
        | UnsetType
    ) = UNSET
    certificate_key: (
        Annotated[str, name("The asymmetric KMS key that signs certificates of erasure.")]
        | UnsetType
    ) = UNSET
