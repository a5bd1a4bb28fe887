"""The settings of a table that no backup holds: read before, and put on the restored one after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from opsctl import errors
from opsctl.aws.gateway import Gateway

OFF = ("DISABLED", "DISABLING")


@dataclass(frozen=True)
class Settings:
    """What a table has beside its items. `unknown` names the parts that could not be read."""

    ttl: str = ""
    """The attribute that holds an item's end; empty: items do not end."""
    recovery_days: int = 0
    """How far point-in-time recovery reaches; 0: it is off."""
    tags: Mapping[str, str] = field(default_factory=dict)
    stream: str = ""
    """The view type, as in NEW_IMAGE; empty: there is no stream."""
    protected: bool = False
    insights: bool = False
    """Contributor Insights."""
    billing: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    """`{"PK": "HASH", "SK": "RANGE"}`"""
    indexes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    scaling: tuple[Mapping[str, Any], ...] = ()
    """What `table_scaling.read` answers."""
    alarms: tuple[Mapping[str, Any], ...] = ()
    """What `table_alarms.read` answers: what PutMetricAlarm takes."""
    items: int = field(default=0, compare=False)
    """As AWS counted about six hours before."""
    size: int = field(default=0, compare=False)
    """Bytes, likewise."""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shape:
    """What a program relies on: `{"PK": "HASH"}`, and the same for each index."""

    keys: Mapping[str, str]
    indexes: Mapping[str, Mapping[str, str]]


def from_json(document: Mapping[str, Any]) -> Settings:
    """Settings as `dataclasses.asdict` and JSON leave them. Raises TypeError for others."""
    lists = {
        name: tuple(document[name]) for name in ("scaling", "alarms", "unknown") if name in document
    }
    return Settings(**{**document, **lists})


class TableSettings(Gateway):
    """Reads all settings of a table, and sets the simple ones."""

    @property
    def _client(self) -> Any:
        return self.aws.client("dynamodb")

    def read(self, table: str) -> Settings:
        """Every setting. What may not be read is named, not guessed. Raises NotFound."""
        it = self._client.describe_table(TableName=table)["Table"]
        unknown: list[str] = []

        def tried(part: str, read: Callable[[], Any], otherwise: Any) -> Any:
            try:
                return read()
            except errors.NoAccess:
                unknown.append(part)
                return otherwise

        ttl, days, tags, insights, scaling, alarms = self.aws.at_once(
            lambda: tried("TTL", lambda: self.ttl(table), ""),
            lambda: tried("point-in-time recovery", lambda: self.recovery_days(table), 0),
            lambda: tried("tags", lambda: self.tags(it["TableArn"]), {}),
            lambda: tried("Contributor Insights", lambda: self.insights(table), False),
            lambda: tried("autoscaling", lambda: self.aws.table_scaling.read(table), ()),
            lambda: tried("alarms", lambda: self.aws.table_alarms.read(table), ()),
        )
        stream = it.get("StreamSpecification", {})
        return Settings(
            ttl=ttl,
            recovery_days=days,
            tags=tags,
            stream=stream.get("StreamViewType", "") if stream.get("StreamEnabled") else "",
            protected=bool(it.get("DeletionProtectionEnabled")),
            insights=insights,
            billing=it.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
            keys=_schema(it["KeySchema"]),
            indexes=_indexes(it),
            scaling=scaling,
            alarms=alarms,
            items=it.get("ItemCount", 0),
            size=it.get("TableSizeBytes", 0),
            unknown=tuple(sorted(unknown)),
        )

    def shape(self, table: str) -> Shape:
        """The keys and the indexes of a table. Raises NotFound."""
        it = self._client.describe_table(TableName=table)["Table"]
        return Shape(_schema(it["KeySchema"]), _indexes(it))

    def key_names(self, table: str) -> tuple[str, ...]:
        """The attributes of a table's primary key. Raises NotFound."""
        return tuple(self.shape(table).keys)

    def ttl(self, table: str) -> str:
        """The attribute by which items end; empty where they do not."""
        it = self._client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        return "" if it.get("TimeToLiveStatus") in OFF else str(it.get("AttributeName", ""))

    def recovery_days(self, table: str) -> int:
        """How many days point-in-time recovery reaches back; 0 where it is off."""
        window = self.aws.table_backups.window(table)
        return window.days if window else 0

    def tags(self, arn: str) -> dict[str, str]:
        """The tags of a table, but for AWS's own, which nobody else can set."""
        pages = self._client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
        found = {it["Key"]: it["Value"] for page in pages for it in page.get("Tags", ())}
        return {key: value for key, value in found.items() if not key.startswith("aws:")}

    def insights(self, table: str) -> bool:
        """Whether Contributor Insights are on."""
        client = self._client
        try:
            answer = client.describe_contributor_insights(TableName=table)
        except client.exceptions.ResourceNotFoundException:
            return False
        return answer.get("ContributorInsightsStatus") in ("ENABLED", "ENABLING")

    def set_ttl(self, table: str, attribute: str) -> None:
        """Lets items end by an attribute; does nothing where they do already."""
        if self.ttl(table) != attribute:
            self._client.update_time_to_live(
                TableName=table,
                TimeToLiveSpecification={"Enabled": True, "AttributeName": attribute},
            )

    def set_recovery(self, table: str, days: int) -> None:
        """Switches point-in-time recovery on, reaching so many days back."""
        if self.recovery_days(table) != days:
            self._client.update_continuous_backups(
                TableName=table,
                PointInTimeRecoverySpecification={
                    "PointInTimeRecoveryEnabled": True,
                    "RecoveryPeriodInDays": days,
                },
            )

    def set_tags(self, table: str, tags: dict[str, str]) -> None:
        """Adds tags; others stay."""
        arn = self._client.describe_table(TableName=table)["Table"]["TableArn"]
        there = self.tags(arn)
        missing = [{"Key": k, "Value": v} for k, v in tags.items() if there.get(k) != v]
        if missing:
            self._client.tag_resource(ResourceArn=arn, Tags=missing)

    def set_stream(self, table: str, view: str) -> None:
        """Switches a stream on; does nothing where there is one of that view."""
        found = self._client.describe_table(TableName=table)["Table"]
        if found.get("StreamSpecification", {}).get("StreamViewType") != view:
            self._client.update_table(
                TableName=table,
                StreamSpecification={"StreamEnabled": True, "StreamViewType": view},
            )

    def set_protection(self, table: str, protected: bool) -> None:
        """Switches the protection against deletion on or off; a table that is gone needs none."""
        client = self._client
        try:
            found = client.describe_table(TableName=table)["Table"]
        except client.exceptions.ResourceNotFoundException:
            return
        if bool(found.get("DeletionProtectionEnabled")) != protected:
            client.update_table(TableName=table, DeletionProtectionEnabled=protected)

    def set_insights(self, table: str) -> None:
        """Switches Contributor Insights on."""
        if not self.insights(table):
            self._client.update_contributor_insights(
                TableName=table, ContributorInsightsAction="ENABLE"
            )


def _schema(keys: list[dict[str, str]]) -> dict[str, str]:
    return {it["AttributeName"]: it["KeyType"] for it in keys}


def _indexes(it: dict[str, Any]) -> dict[str, dict[str, str]]:
    found = (*it.get("GlobalSecondaryIndexes", ()), *it.get("LocalSecondaryIndexes", ()))
    return {each["IndexName"]: _schema(each["KeySchema"]) for each in found}
