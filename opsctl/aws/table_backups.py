"""Backups of tables: on demand, by name; those that AWS keeps by itself; the window of PITR."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from opsctl import errors
from opsctl.aws.gateway import Gateway
from opsctl.plan import Json, Progress

NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")
"""What DynamoDB takes as the name of a backup, and of a table."""
ARN = re.compile(r"arn:[\w-]+:dynamodb:[\w-]+:\d{12}:table/[\w.-]+/backup/[\w-]+")
PAGE = 100
RESTORED = re.compile(r"-restored-\d{8}T\d{4,6}$")


@dataclass(frozen=True)
class Backup:
    """One backup. `status` is CREATING, AVAILABLE or DELETED; `size` is in bytes.

    `kind` is USER (on demand), SYSTEM (what AWS kept of a deleted table, for 35 days) or
    AWS_BACKUP.
    """

    arn: str
    name: str
    table: str
    status: str
    kind: str
    created: datetime
    expires: datetime | None = field(default=None, compare=False)
    size: int | None = field(default=None, compare=False)

    @property
    def usable(self) -> bool:
        """Whether a table can be restored from it."""
        return self.status == "AVAILABLE"


@dataclass(frozen=True)
class Window:
    """Between which moments a table can be restored as it was then. It moves on by itself."""

    earliest: datetime = field(compare=False)
    latest: datetime = field(compare=False)
    days: int


@dataclass(frozen=True)
class Features:
    """What a backup itself tells of its table: `ttl` is an attribute, `stream` a view type."""

    ttl: str
    stream: str
    items: int
    keys: dict[str, str]
    indexes: dict[str, dict[str, str]]


def family(table: str) -> str:
    """The name that a table had before it was restored, perhaps again and again."""
    while found := RESTORED.search(table):
        table = table[: found.start()]
    return table


class TableBackups(Gateway):
    """Makes, lists and deletes backups of DynamoDB tables."""

    @property
    def _client(self) -> Any:
        return self.aws.client("dynamodb")

    def listed(self, table: str = "") -> tuple[Backup, ...]:
        """The backups of a table, or of all tables, newest first; SYSTEM ones included.

        Without BackupType=ALL, AWS leaves out what it kept of deleted tables. A page may be empty
        and not be the last one.
        """
        words: dict[str, Any] = {"BackupType": "ALL", "Limit": PAGE}
        if table:
            words["TableName"] = table
        found: dict[str, Backup] = {}
        while True:
            answer = self._client.list_backups(**words)
            summaries = answer.get("BackupSummaries", ())
            found |= {it["BackupArn"]: _backup(it) for it in summaries}
            last = answer.get("LastEvaluatedBackupArn")
            if not last:
                break
            words["ExclusiveStartBackupArn"] = last
        return tuple(sorted(found.values(), key=lambda it: (it.created, it.arn), reverse=True))

    def of_family(self, table: str) -> tuple[Backup, ...]:
        """The backups of a table and of those that it was restored from or to, newest first."""
        kin = family(table)
        return tuple(it for it in self.listed() if family(it.table) == kin)

    def described(self, arn: str) -> tuple[Backup, Features]:
        """A backup by its ARN, and what it tells of its table. Raises NotFound."""
        about = self._client.describe_backup(BackupArn=arn)["BackupDescription"]
        source = about.get("SourceTableDetails", {})
        backup = _backup({**about["BackupDetails"], "TableName": source.get("TableName", "")})
        return backup, _features(source, about.get("SourceTableFeatureDetails", {}))

    def named(self, table: str, name: str) -> tuple[Backup, ...]:
        """The backups of a table with that name; AWS does not keep names apart."""
        return tuple(it for it in self.listed(table) if it.name == name and _lives(it))

    def window(self, table: str) -> Window | None:
        """Since when, and until when, a table can be restored as it was; None where PITR is off.

        Raises NotFound for a table that there is not.
        """
        answer = self._client.describe_continuous_backups(TableName=table)
        it = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        if it.get("PointInTimeRecoveryStatus") != "ENABLED":
            return None
        return Window(
            it["EarliestRestorableDateTime"],
            it["LatestRestorableDateTime"],
            it.get("RecoveryPeriodInDays", 35),
        )

    def create(self, table: str, name: str) -> dict[str, Json]:
        """Begins a backup and answers its ARN; one of that name is left as it is.

        Raises FactsChanged while another backup or restore of the table is being begun.
        """
        for found in self.named(table, name):
            return {"backup": found.arn}
        client = self._client
        try:
            answer = client.create_backup(TableName=table, BackupName=name)
        except client.exceptions.BackupInUseException as error:
            raise errors.FactsChanged(
                f"Another backup of {table} is being made or deleted right now.",
                hint="Wait for it (opsctl backup list), and run the same command again.",
            ) from error
        except client.exceptions.LimitExceededException as error:
            raise errors.Unreachable(
                "AWS begins no more backups now: too many are under way in this account.",
                hint="Wait a minute and run it again.",
            ) from error
        return {"backup": str(answer["BackupDetails"]["BackupArn"])}

    def available(self, table: str, name: str) -> Progress:
        """Whether the backup of that name can be used. Raises NotVerified when it has gone."""
        found = self.named(table, name)
        if not found:
            raise errors.NotVerified(f"The backup {name} of {table} is not there any more.")
        newest = found[0]
        return Progress(newest.usable, f"{name} is {newest.status}{_sized(newest.size)}")

    def delete(self, arn: str, name: str, table: str) -> None:
        """Deletes a backup for good, and what was saved beside it; gone already is done already.

        Raises Forbidden for one that AWS made, and when the ARN is not the backup of that name.
        """
        client = self._client
        try:
            found = _backup(client.describe_backup(BackupArn=arn)["BackupDescription"])
            if found.kind != "USER" or found.name != name:
                raise errors.Forbidden(
                    f"{arn} is {found.kind} {found.name}, not the backup {name}."
                )
            client.delete_backup(BackupArn=arn)
        except client.exceptions.BackupNotFoundException:
            pass
        except client.exceptions.BackupInUseException as error:
            raise errors.FactsChanged(
                f"{name} is in use: it is being made, or a table is restored from it.",
                hint="Wait for that, and run the same command again.",
            ) from error
        self.aws.saved_settings.forget(name, table)

    def delete_named(self, table: str, name: str) -> None:
        """Deletes for good every backup on demand of a table that has this name."""
        for found in self.named(table, name):
            if found.kind == "USER":
                self.delete(found.arn, name, table)
        self.aws.saved_settings.forget(name, table)


def _lives(it: Backup) -> bool:
    return it.status != "DELETED"


def _sized(size: int | None) -> str:
    return f", {size:,} bytes" if size else ""


def _backup(it: dict[str, Any]) -> Backup:
    it = {**it, **it.get("BackupDetails", {})}
    table = it.get("TableName") or it.get("SourceTableDetails", {}).get("TableName", "")
    return Backup(
        arn=it["BackupArn"],
        name=it["BackupName"],
        table=table or it["BackupArn"].partition(":table/")[2].partition("/")[0],
        status=it["BackupStatus"],
        kind=it["BackupType"],
        created=it["BackupCreationDateTime"],
        expires=it.get("BackupExpiryDateTime"),
        size=it.get("BackupSizeBytes"),
    )


def _features(source: dict[str, Any], more: dict[str, Any]) -> Features:
    indexes = (*more.get("GlobalSecondaryIndexes", ()), *more.get("LocalSecondaryIndexes", ()))
    stream = more.get("StreamDescription", {})
    return Features(
        ttl=more.get("TimeToLiveDescription", {}).get("AttributeName", ""),
        stream=stream.get("StreamViewType", "") if stream.get("StreamEnabled") else "",
        items=source.get("ItemCount", 0),
        keys={it["AttributeName"]: it["KeyType"] for it in source.get("KeySchema", ())},
        indexes={
            it["IndexName"]: {each["AttributeName"]: each["KeyType"] for each in it["KeySchema"]}
            for it in indexes
        },
    )
