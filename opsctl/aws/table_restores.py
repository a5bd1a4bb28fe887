"""Restored tables: made from a backup or of a moment, always beside the table in service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from opsctl import errors
from opsctl.aws.gateway import Gateway
from opsctl.plan import Json, Progress

MOST_SCANNED = 200_000_000
"""Bytes: a table above is not scanned only to be counted (200 MB are 25,000 read units)."""


@dataclass(frozen=True)
class Origin:
    """A table as it is now and where it came from; the sources are empty for one never restored.

    `created` is when it was made, as AWS says: it tells two tables of one name apart.
    """

    table: str
    arn: str
    status: str = field(compare=False)
    created: str
    backup: str
    """ARN of the backup; empty for a restore to a moment."""
    source: str
    """Name of the table that it was restored from."""
    moment: datetime | None
    restoring: bool = field(compare=False)

    @property
    def ready(self) -> bool:
        """Whether it can be read and changed."""
        return self.status == "ACTIVE" and not self.restoring


class TableRestores(Gateway):
    """Restores tables, says how far that is, and deletes them again."""

    @property
    def _client(self) -> Any:
        return self.aws.client("dynamodb")

    def origin(self, table: str) -> Origin | None:
        """A table and what it was restored from; None where there is no such table."""
        client = self._client
        try:
            it = client.describe_table(TableName=table)["Table"]
        except client.exceptions.ResourceNotFoundException:
            return None
        summary = it.get("RestoreSummary", {})
        return Origin(
            table=table,
            arn=it["TableArn"],
            status=it["TableStatus"],
            created=it["CreationDateTime"].isoformat(),
            backup=summary.get("SourceBackupArn", ""),
            source=summary.get("SourceTableArn", "").partition(":table/")[2],
            moment=summary.get("RestoreDateTime"),
            restoring=bool(summary.get("RestoreInProgress")),
        )

    def from_backup(self, backup: str, table: str) -> dict[str, Json]:
        """Begins to make `table` from a backup (ARN); where that was begun already, does nothing.

        Raises Forbidden where there is another table of that name.
        """
        found = self.origin(table)
        if found is None:
            return self._begun(TargetTableName=table, BackupArn=backup)
        if found.backup != backup:
            raise _taken(table)
        return {"table": table}

    def of_moment(self, source: str, table: str, moment: str) -> dict[str, Json]:
        """Begins to make `table` as `source` was at a moment (ISO 8601), likewise."""
        at = datetime.fromisoformat(moment)
        found = self.origin(table)
        if found is None:
            return self._begun(SourceTableName=source, TargetTableName=table, RestoreDateTime=at)
        if not is_of_moment(found, source, at):
            raise _taken(table)
        return {"table": table}

    def ready(self, table: str) -> Progress:
        """Whether a restored table can be read and changed, its backups too.

        Raises NotVerified when the table has gone.
        """
        found = self.origin(table)
        if found is None:
            raise errors.NotVerified(f"The table {table} is not there any more.")
        if not found.ready:
            words = "being restored" if found.restoring else found.status
            return Progress(False, f"{table} is {words}")
        about = self._client.describe_continuous_backups(TableName=table)
        status = about["ContinuousBackupsDescription"].get("ContinuousBackupsStatus")
        return Progress(status == "ENABLED", f"{table} is ACTIVE")

    def compared(self, table: str, source: str, expected: int) -> Progress:
        """How many items a restored table holds beside the table it came from.

        Counted by scans up to 200 MB, else as AWS counted them. `expected` is what the backup
        told, 0 where it told nothing. Raises NotVerified for an empty table that should hold some.
        """
        here, how = self._count(table)
        lines = [f"{table} holds {here:,} items{how}"]
        there = self._count(source) if source and self.origin(source) else None
        if there:
            lines.append(f"{source} holds {there[0]:,} items now{there[1]}")
        if expected:
            lines.append(f"the backup tells of {expected:,} items, as AWS counted them then")
        if not here and expected and not how:
            raise errors.NotVerified(
                f"{table} is empty, and the backup tells of {expected:,} items.",
                hint="Choose another backup: opsctl backup list",
            )
        return Progress(True, f"{here:,} items", tuple(lines))

    def delete(self, table: str, created_from: str) -> None:
        """Deletes a restored table, which must have come from that backup (ARN) or table.

        Raises Forbidden for another one, for one that the service uses and for a protected one.
        """
        found = self.origin(table)
        if found is None:
            return
        if created_from not in (found.backup, found.source):
            raise errors.Forbidden(f"{table} is not the table that was restored: it stays.")
        if self.aws.service_tables.in_use() == table:
            raise errors.Forbidden(
                f"The service uses {table}: it stays.",
                hint=f"First bring another one into service: opsctl backup switch "
                f"{found.source or 'TABLE'}",
            )
        client = self._client
        if client.describe_table(TableName=table)["Table"].get("DeletionProtectionEnabled"):
            raise errors.Forbidden(
                f"{table} is protected against deletion: it stays.",
                hint="If it shall go: aws dynamodb update-table --no-deletion-protection-enabled "
                f"--table-name {table}",
            )
        try:
            client.delete_table(TableName=table)
        except client.exceptions.ResourceInUseException as error:
            raise errors.FactsChanged(
                f"{table} is being changed right now, so AWS does not delete it.",
                hint="Wait a minute and run the same command again.",
            ) from error

    def _begun(self, **words: Any) -> dict[str, Json]:
        client = self._client
        table = str(words["TargetTableName"])
        try:
            if "BackupArn" in words:
                client.restore_table_from_backup(**words)
            else:
                client.restore_table_to_point_in_time(**words)
        except client.exceptions.TableAlreadyExistsException as error:
            raise _taken(table) from error
        except (
            client.exceptions.BackupInUseException,
            client.exceptions.TableInUseException,
        ) as error:
            raise errors.FactsChanged(
                f"AWS is busy with the backup or with a table called {table}.",
                hint="Wait a minute and run the same command again.",
            ) from error
        except (
            client.exceptions.InvalidRestoreTimeException,
            client.exceptions.PointInTimeRecoveryUnavailableException,
        ) as error:
            raise errors.FactsChanged(
                f"That moment cannot be restored any more: {error.response['Error']['Message']}",
                hint="See what can: opsctl backup list",
            ) from error
        except client.exceptions.LimitExceededException as error:
            raise errors.Unreachable(
                "AWS restores no more tables now: 50 at once are the limit of an account.",
                hint="Wait for the others and run the same command again.",
            ) from error
        return {"table": table}

    def _count(self, table: str) -> tuple[int, str]:
        """(items, how old the number is in words)."""
        it = self._client.describe_table(TableName=table)["Table"]
        if it.get("TableSizeBytes", 0) > MOST_SCANNED:
            return int(it.get("ItemCount", 0)), " (as AWS counted up to 6 hours ago)"
        pages = self._client.get_paginator("scan").paginate(TableName=table, Select="COUNT")
        return sum(page["Count"] for page in pages), ""


def is_of_moment(found: Origin, source: str, at: datetime) -> bool:
    """Whether a table was made as `source` was at that moment; AWS keeps whole seconds."""
    near = found.moment is not None and abs((found.moment - at).total_seconds()) < 1
    return not found.backup and found.source == source and near


def _taken(table: str) -> errors.Forbidden:
    return errors.Forbidden(
        f"There is a table {table} already, and it does not come from this restore.",
        hint="Choose another name: --as TABLE",
    )
