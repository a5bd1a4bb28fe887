"""Residuals: copies that an erasure does not reach, and until when they may last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from opsctl.aws import failures, records
from opsctl.aws.gateway import Gateway
from opsctl.aws.manifests import FOLDER
from opsctl.errors import NoAccess, NotFound, OpsctlError
from opsctl.targets.data_map import BucketData, LogData, TableData

if TYPE_CHECKING:
    from opsctl.state import Store

DEFAULT_PITR_DAYS = 35
LOG_DELAY = timedelta(hours=72)
"""How long after its end CloudWatch may still hold an event."""
STREAM = timedelta(hours=24)


@dataclass(frozen=True)
class Residual:
    """One kind of copy. `until` is the latest possible moment (UTC ISO 8601); "" without an end."""

    store: str
    what: str
    until: str
    basis: str
    """Why it lasts so long, or what ends it."""


class Residuals(Gateway):
    """Reads what keeps copies. What may not be read is a residual without an end, and says so."""

    def table(self, data: TableData) -> tuple[Residual, ...]:
        """Of a table: point-in-time recovery, backups, replicas, its stream."""
        client = self._client("dynamodb", data.region)
        found = client.describe_table(TableName=data.table)["Table"]
        arn = found["TableArn"]
        return (
            *self._tried(data.name, "point-in-time recovery", lambda: self._window(client, data)),
            *self._tried(data.name, "backups", lambda: self._backups(client, data)),
            *self._tried(
                data.name, "AWS Backup", lambda: self._vaulted(data.name, arn, data.region)
            ),
            *self._streamed(data.name, found),
            *(
                Residual(
                    data.name,
                    f"replica in {each['RegionName']}",
                    "",
                    "a global table: the erasure is replicated; backups there have their own ends",
                )
                for each in found.get("Replicas", ())
            ),
        )

    def bucket(self, data: BucketData, destinations: tuple[str, ...]) -> tuple[Residual, ...]:
        """Of a bucket: AWS Backup, and replicas in buckets that the data map does not have."""
        partition = self.aws.client("s3").meta.partition
        arn = f"arn:{partition}:s3:::{data.bucket}"
        return (
            *self._tried(
                data.name, "AWS Backup", lambda: self._vaulted(data.name, arn, data.region)
            ),
            *(
                Residual(
                    data.name,
                    f"replica in the bucket {each}",
                    "",
                    "replication does not "
                    "carry the deletion of versions: erase there too, or add it to the map",
                )
                for each in destinations
            ),
        )

    def manifests(self, bucket: str) -> tuple[Residual, ...]:
        """Lists of keys that backups keep beside the copies: a key names its user."""
        store = f"s3://{bucket}/{FOLDER}"
        return tuple(self._tried(store, "lists of keys", lambda: self._listed(store, bucket)))

    def log_group(self, data: LogData) -> tuple[Residual, ...]:
        """Lines that may name the user: they cannot be deleted one by one."""
        client = self._client("logs", data.region)
        pages = client.get_paginator("describe_log_groups").paginate(
            logGroupNamePrefix=data.log_group
        )
        for page in pages:
            for group in page["logGroups"]:
                if group["logGroupName"] == data.log_group:
                    return (self._retained(data.name, group.get("retentionInDays")),)
        return ()

    def tokens(self, seconds: float) -> Residual:
        """Access tokens that were issued before: who checks only the signature believes them."""
        return Residual(
            "cognito",
            "access tokens",
            self._after(timedelta(seconds=seconds)),
            "the longest life of a token that was issued before",
        )

    def _listed(self, store: str, bucket: str) -> Iterator[Residual]:
        found = self._client("s3", "").list_objects_v2(Bucket=bucket, Prefix=FOLDER, MaxKeys=1)
        if found["KeyCount"]:
            yield Residual(
                store, "lists of keys", "", "until opsctl backup prune deletes their backups"
            )

    def _window(self, client: Any, data: TableData) -> Iterator[Residual]:
        found = client.describe_continuous_backups(TableName=data.table)
        window = found["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        if window.get("PointInTimeRecoveryStatus") == "ENABLED":
            days = int(window.get("RecoveryPeriodInDays", DEFAULT_PITR_DAYS))
            yield Residual(
                data.name,
                "point-in-time recovery",
                self._after(timedelta(days=days)),
                f"the window of {days} days",
            )

    def _backups(self, client: Any, data: TableData) -> Iterator[Residual]:
        pages = client.get_paginator("list_backups").paginate(
            TableName=data.table, BackupType="ALL"
        )
        kept = [it for page in pages for it in page["BackupSummaries"]]
        ends = [it["BackupExpiryDateTime"] for it in kept if it.get("BackupExpiryDateTime")]
        lasting = len(kept) - len(ends)
        if lasting:
            what = _many(lasting, "on-demand backup")
            yield Residual(data.name, what, "", "until somebody deletes it")
        if ends:
            what = _many(len(ends), "system backup")
            yield Residual(data.name, what, _iso(max(ends)), "kept by AWS")

    def _vaulted(self, store: str, arn: str, region: str) -> Iterator[Residual]:
        client = self._client("backup", region)
        pages = client.get_paginator("list_recovery_points_by_resource").paginate(ResourceArn=arn)
        points = [it for page in pages for it in page["RecoveryPoints"]]
        if points:
            yield Residual(
                store,
                f"{len(points)} recovery points of AWS Backup",
                "",
                "until their vault's plan or somebody deletes them",
            )

    def _streamed(self, store: str, table: dict[str, Any]) -> Iterator[Residual]:
        if table.get("StreamSpecification", {}).get("StreamEnabled"):
            yield Residual(store, "its stream", self._after(STREAM), "a stream keeps 24 hours")

    def _retained(self, store: str, days: int | None) -> Residual:
        if not days:
            return Residual(store, "log lines", "", "the log group never expires")
        return Residual(
            store,
            "log lines",
            self._after(timedelta(days=days) + LOG_DELAY),
            f"a retention of {days} days, and up to 72 hours until AWS has deleted them",
        )

    def _tried(
        self, store: str, what: str, read: Callable[[], Iterator[Residual]]
    ) -> Iterator[Residual]:
        """What may not be read may be there."""
        try:
            with failures.translated(what, self.aws.target):
                yield from read()
        except NotFound:
            return
        except OpsctlError as error:
            why = "opsctl may not read it" if isinstance(error, NoAccess) else error.message
            yield Residual(store, what, "", f"not examined: {why}")

    def _client(self, service: str, region: str) -> Any:
        return self.aws.client(service, region or None)

    def _after(self, span: timedelta) -> str:
        return _iso(self._store.now() + span)

    @cached_property
    def _store(self) -> Store:
        return records.store(self.aws.target, lambda: self.aws)


def _many(number: int, one: str) -> str:
    return f"{number} {one}" + "s" * (number != 1)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
