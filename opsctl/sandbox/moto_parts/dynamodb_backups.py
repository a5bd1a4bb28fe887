"""DynamoDB: backups that take a moment, listed in pages, and those that deleted tables leave."""

from __future__ import annotations

import copy
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.dynamodb.exceptions import BackupNotFoundException, MockValidationException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler, DynamoResult

from opsctl.sandbox.moto_parts import dynamodb_changes as changes
from opsctl.sandbox.moto_parts.originals import original
from opsctl.sandbox.refusals import Refused

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

TAKES = timedelta(seconds=1)
KEPT = timedelta(days=35)
USER, SYSTEM, AWS_BACKUP = "USER", "SYSTEM", "AWS_BACKUP"
PAGE = 100
_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")


class Backup:
    """A copy of a table. The items are shared with it: nobody alters an item."""

    def __init__(self, world: World, table: Any, name: str, kind: str = USER) -> None:
        self._world = world
        self.table, self.name, self.type = copy.deepcopy(table), name, kind
        changes.end(self.table)
        self.created = world.clock()
        self.ready = self.created + (TAKES if kind != SYSTEM else timedelta())
        self.size = sum(item.size() for item in self.table.all_items())
        millis = f"{int(self.created.timestamp() * 1000):015d}"
        self.arn = f"{table.table_arn}/backup/0{millis}-{uuid.uuid4().hex[:8]}"
        self.deleted = False

    @property
    def status(self) -> str:
        """CREATING, AVAILABLE or DELETED."""
        if self.deleted:
            return "DELETED"
        return "AVAILABLE" if self._world.clock() >= self.ready else "CREATING"

    @property
    def details(self) -> dict[str, Any]:
        """DescribeBackup's BackupDetails."""
        told = {
            "BackupArn": self.arn,
            "BackupName": self.name,
            "BackupSizeBytes": self.size,
            "BackupStatus": self.status,
            "BackupType": self.type,
            "BackupCreationDateTime": self.created,
        }
        if self.type == SYSTEM:
            told["BackupExpiryDateTime"] = self.created + KEPT
        return told

    @property
    def summary(self) -> dict[str, Any]:
        """An entry of ListBackups."""
        table = {
            "TableName": self.table.name,
            "TableId": table_id(self.table),
            "TableArn": self.table.table_arn,
        }
        return self.details | table

    @property
    def description(self) -> dict[str, Any]:
        """What DescribeBackup and DeleteBackup tell."""
        told = self.table.describe()["TableDescription"]
        source = {
            "TableName": self.table.name,
            "TableId": table_id(self.table),
            "TableArn": self.table.table_arn,
            "TableSizeBytes": self.size,
            "KeySchema": self.table.schema,
            "TableCreationDateTime": self.table.created_at,
            "ProvisionedThroughput": self.table.throughput,
            "ItemCount": len(self.table),
            "BillingMode": self.table.billing_mode or "PROVISIONED",
        }
        features = {
            "GlobalSecondaryIndexes": told.get("GlobalSecondaryIndexes"),
            "LocalSecondaryIndexes": told.get("LocalSecondaryIndexes"),
            "StreamDescription": told.get("StreamSpecification"),
            "TimeToLiveDescription": self.table.ttl,
            "SSEDescription": told.get("SSEDescription"),
        }
        return {
            "BackupDetails": self.details,
            "SourceTableDetails": source,
            "SourceTableFeatureDetails": {key: it for key, it in features.items() if it},
        }


def table_id(table: Any) -> str:
    """The id that tells a table from a later one of the same name."""
    if not hasattr(table, "sandbox_id"):
        table.sandbox_id = str(uuid.uuid4())
    return str(table.sandbox_id)


def install(world: World) -> None:
    """Put these backups in the place of moto's."""
    for name in ("create_backup", "delete_backup", "list_backups", "get_backup"):
        original(DynamoDBBackend, name)
    original(DynamoHandler, "list_backups")
    DynamoDBBackend.create_backup = lambda backend, table_name, backup_name: create(
        world, backend, table_name, backup_name
    )
    DynamoDBBackend.delete_backup = _delete
    DynamoDBBackend.delete_table = _deleting(world, original(DynamoDBBackend, "delete_table"))
    DynamoHandler.list_backups = _list
    Table.describe = _described(original(Table, "describe"))


def create(world: World, backend: Any, table_name: str, name: str, kind: str = USER) -> Backup:
    """Begin a backup. Raises as CreateBackup does."""
    if not _NAME.fullmatch(name or ""):
        raise MockValidationException(
            f"1 validation error detected: Value '{name}' at 'backupName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
        )
    table = find(backend, table_name)
    if any(it.status == "CREATING" and it.table.name == table.name for it in _all(backend)):
        raise Refused("BackupInUseException", f"Backup is being created for table: {table.name}")
    made = Backup(world, table, name, kind)
    backend.backups[made.arn] = made
    return made


def find(backend: Any, name: str) -> Any:
    """A table by its name or ARN. Raises TableNotFoundException."""
    table = backend.tables.get((name or "").rpartition("/")[2])
    if table is None:
        raise Refused("TableNotFoundException", f"Table not found: {name}")
    return table


def _all(backend: Any) -> list[Backup]:
    return list(backend.backups.values())


def _delete(backend: Any, backup_arn: str) -> Backup:
    found: Backup = backend.get_backup(backup_arn)
    if found.type == SYSTEM:
        raise MockValidationException("System backups cannot be deleted")
    if found.status == "CREATING":
        raise Refused("BackupInUseException", f"Backup is being created: {backup_arn}")
    del backend.backups[backup_arn]
    found.deleted = True
    return found


def _deleting(world: World, delete: Callable[..., Any]) -> Callable[..., Any]:
    """A deleted table with recovery leaves a backup that AWS keeps for 35 days."""

    def delete_table(backend: Any, name: str) -> Any:
        gone = delete(backend, name)
        if changes.log(gone) is not None:
            made = Backup(world, gone, f"{gone.name}$DeletedTableBackup", SYSTEM)
            backend.backups[made.arn] = made
        return gone

    return delete_table


def _list(received: Any) -> DynamoResult:
    body, backend = received.body, received.dynamodb_backend
    kind, limit = body.get("BackupType", USER), body.get("Limit", PAGE)
    if not 1 <= limit <= PAGE:
        raise MockValidationException(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy "
            "constraint: Member must be between 1 and 100"
        )
    found = [
        it
        for it in sorted(_all(backend), key=lambda it: (it.created, it.arn))
        if _fits(it, body) and (it.type == kind or (kind == "ALL" and it.type != AWS_BACKUP))
    ]
    start = body.get("ExclusiveStartBackupArn")
    if start:
        if not any(it.arn == start for it in found):
            raise BackupNotFoundException(start)
        found = found[[it.arn for it in found].index(start) + 1 :]
    answer: dict[str, Any] = {"BackupSummaries": [it.summary for it in found[:limit]]}
    if len(found) > limit:
        answer["LastEvaluatedBackupArn"] = found[limit - 1].arn
    return DynamoResult(answer)


def _fits(backup: Backup, asked: dict[str, Any]) -> bool:
    table = asked.get("TableName", "").rpartition("/")[2]
    lower, upper = asked.get("TimeRangeLowerBound"), asked.get("TimeRangeUpperBound")
    return (
        (not table or backup.table.name == table)
        and (lower is None or backup.created >= _aware(lower))
        and (upper is None or backup.created < _aware(upper))
    )


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=at.tzinfo or UTC)


def _described(describe: Callable[..., Any]) -> Callable[..., Any]:
    def described(table: Any, base_key: str = "TableDescription") -> Any:
        told = describe(table, base_key=base_key)
        told[base_key]["TableId"] = table_id(table)
        return told

    return described
