"""DynamoDB: point-in-time recovery, and restored tables that take a moment and lack settings."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.dynamodb.exceptions import (
    BackupNotFoundException,
    MockValidationException,
    PointInTimeRecoveryUnavailable,
    SourceTableNotFoundException,
    TableAlreadyExistsException,
)
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import GlobalSecondaryIndex, LocalSecondaryIndex, Table
from moto.dynamodb.responses import DynamoHandler, DynamoResult

from opsctl.sandbox.moto_parts import dynamodb_changes as changes
from opsctl.sandbox.moto_parts.originals import original
from opsctl.sandbox.refusals import Refused

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

TAKES = timedelta(seconds=2)
DATA = (
    "get_item",
    "put_item",
    "update_item",
    "delete_item",
    "query",
    "scan",
    "batch_get_item",
    "batch_write_item",
)
CONTROL = ("update_table", "delete_table", "update_time_to_live", "create_backup")


def install(world: World) -> None:
    """Put these restores in the place of moto's, and keep hands off a table that is not ready."""
    for name in ("restore_table_from_backup", "restore_table_to_point_in_time"):
        original(DynamoHandler, name)
    original(DynamoDBBackend, "describe_continuous_backups")
    DynamoHandler.restore_table_from_backup = lambda received: _from_backup(world, received)
    DynamoHandler.restore_table_to_point_in_time = lambda received: _to_moment(world, received)
    DynamoDBBackend.update_continuous_backups = _switching(
        world, original(DynamoDBBackend, "update_continuous_backups")
    )
    DynamoDBBackend.describe_continuous_backups = _window(
        world, original(DynamoDBBackend, "describe_continuous_backups")
    )
    Table.describe = _described(world, Table.describe)
    for name in (*DATA, *CONTROL):
        # Two have other parts of the sandbox before them, put there anew at each installation.
        kept = name in ("query", "batch_write_item")
        operate = getattr(DynamoHandler, name) if kept else original(DynamoHandler, name)
        setattr(DynamoHandler, name, _ready(world, operate, is_data=name in DATA))


def under_way(world: World, table: Any) -> bool:
    """Whether a table is still being restored."""
    ready: datetime | None = getattr(table, "sandbox_ready", None)
    return ready is not None and world.clock() < ready


def _from_backup(world: World, received: Any) -> DynamoResult:
    backend, arn = received.dynamodb_backend, received.body["BackupArn"]
    backup = backend.backups.get(arn)
    if backup is None:
        raise BackupNotFoundException(arn)
    if backup.status != "AVAILABLE":
        raise Refused("BackupInUseException", f"Backup is being created: {arn}")
    summary = {"SourceBackupArn": arn, "RestoreDateTime": backup.created}
    return _restore(world, received, backup.table, lambda: changes.items(backup.table), summary)


def _to_moment(world: World, received: Any) -> DynamoResult:
    backend, body = received.dynamodb_backend, received.body
    name = body.get("SourceTableName") or body.get("SourceTableArn", "")
    source = backend.tables.get(name.rpartition("/")[2])
    if source is None:
        raise SourceTableNotFoundException(name)
    at = _moment(world, source, body)
    return _restore(
        world, received, source, lambda: changes.items_at(source, at), {"RestoreDateTime": at}
    )


def _moment(world: World, source: Any, body: dict[str, Any]) -> datetime:
    """The moment that is asked for. Raises as DynamoDB does for one outside of the window."""
    if changes.log(source) is None:
        raise PointInTimeRecoveryUnavailable(source.name)
    asked, latest_asked = body.get("RestoreDateTime"), body.get("UseLatestRestorableTime")
    if (asked is None) == (not latest_asked):
        raise MockValidationException(
            "One and only one of RestoreDateTime and UseLatestRestorableTime must be specified"
        )
    earliest, latest = changes.window(source, world.clock())
    at = latest if asked is None else asked.replace(tzinfo=asked.tzinfo or UTC)
    if not earliest <= at <= latest:
        raise Refused(
            "InvalidRestoreTimeException",
            "RestoreDateTime must be between EarliestRestorableDateTime "
            f"{earliest.isoformat()} and LatestRestorableDateTime {latest.isoformat()}.",
        )
    return at


def _restore(
    world: World,
    received: Any,
    source: Any,
    items: Callable[[], Any],
    summary: dict[str, Any],
) -> DynamoResult:
    """Make a new table of the items, with the keys and indexes of the old one and nothing more."""
    backend, body = received.dynamodb_backend, received.body
    name = body["TargetTableName"]
    if name in backend.tables:
        raise TableAlreadyExistsException(name)
    made = Table(
        name,
        account_id=backend.account_id,
        region=backend.region_name,
        schema=copy.deepcopy(source.schema),
        attr=copy.deepcopy(source.attr),
        throughput=copy.deepcopy(source.throughput),
        billing_mode=body.get("BillingModeOverride") or source.billing_mode,
        sse_specification=body.get("SSESpecificationOverride"),
    )
    made.global_indexes = _indexes(
        source.global_indexes, body.get("GlobalSecondaryIndexOverride"), made, GlobalSecondaryIndex
    )
    made.indexes = _indexes(
        source.indexes, body.get("LocalSecondaryIndexOverride"), made, LocalSecondaryIndex
    )
    made.items = items()
    made.created_at = world.clock().replace(tzinfo=None)
    made.sandbox_ready = world.clock() + TAKES
    made.sandbox_restore = {"SourceTableArn": source.table_arn, **summary}
    backend.tables[name] = made
    return DynamoResult(made.describe())


def _indexes(held: list[Any], given: list[dict[str, Any]] | None, table: Any, kind: Any) -> Any:
    if given is None:
        return copy.deepcopy(held)
    return [kind.create(each, table.table_key_attrs) for each in given]


def _described(world: World, describe: Callable[..., Any]) -> Callable[..., Any]:
    def described(table: Any, base_key: str = "TableDescription") -> Any:
        told = describe(table, base_key=base_key)
        summary = getattr(table, "sandbox_restore", None)
        if summary:
            busy = under_way(world, table)
            told[base_key]["RestoreSummary"] = {**summary, "RestoreInProgress": busy}
            told[base_key]["TableStatus"] = "CREATING" if busy else "ACTIVE"
        return told

    return described


def _ready(world: World, operate: Callable[[Any], Any], *, is_data: bool) -> Callable[[Any], Any]:
    def operation(received: Any) -> Any:
        asked = received.body.get("RequestItems") or [received.body.get("TableName", "")]
        names = [str(each).rpartition("/")[2] for each in asked]
        tables = received.dynamodb_backend.tables
        busy = [it for it in names if it in tables and under_way(world, tables[it])]
        if not busy:
            return operate(received)
        if is_data:
            raise Refused("ResourceNotFoundException", "Requested resource not found")
        raise Refused(
            "ResourceInUseException",
            "Attempt to change a resource which is still in use: Table is being created: "
            + busy[0],
        )

    return operation


def _switching(world: World, update: Callable[..., Any]) -> Callable[..., Any]:
    def update_continuous_backups(
        backend: Any, table_name: str, point_in_time_spec: dict[str, Any]
    ) -> Any:
        days = point_in_time_spec.get("RecoveryPeriodInDays", 35)
        if not 1 <= days <= 35:
            raise MockValidationException("RecoveryPeriodInDays must be between 1 and 35")
        table = backend.tables.get(table_name.rpartition("/")[2])
        if table is not None and under_way(world, table):
            raise Refused(
                "ContinuousBackupsUnavailableException",
                f"Backups are being enabled for the table: {table_name}. Please retry later",
            )
        update(backend, table_name, point_in_time_spec)
        if not point_in_time_spec["PointInTimeRecoveryEnabled"]:
            changes.end(table)
        elif changes.log(table) is None:
            changes.begin(table, world.clock())
        return backend.describe_continuous_backups(table_name)

    return update_continuous_backups


def _window(world: World, describe: Callable[..., Any]) -> Callable[..., Any]:
    def describe_continuous_backups(backend: Any, table_name: str) -> Any:
        told = describe(backend, table_name)
        table = backend.tables[table_name.rpartition("/")[2]]
        if changes.log(table) is not None:
            earliest, latest = changes.window(table, world.clock())
            state = told["PointInTimeRecoveryDescription"]
            state["EarliestRestorableDateTime"] = earliest.timestamp()
            state["LatestRestorableDateTime"] = latest.timestamp()
        return told

    return describe_continuous_backups
