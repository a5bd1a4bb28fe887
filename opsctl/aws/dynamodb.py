"""Tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from opsctl.aws.gateway import Gateway


@dataclass(frozen=True)
class Table:
    """One table. `status` is AWS's: ACTIVE, CREATING, UPDATING, DELETING…"""

    name: str
    arn: str
    status: str
    items: int
    """As AWS counted about six hours ago."""
    indexes: tuple[str, ...] = ()
    """Names of the global secondary indexes."""


class DynamoDb(Gateway):
    """Amazon DynamoDB."""

    @property
    def _dynamodb(self) -> Any:
        return self.aws.client("dynamodb")

    def table(self, name: str) -> Table:
        """A table's state. Raises NotFound."""
        found = self._dynamodb.describe_table(TableName=name)["Table"]
        return Table(
            found["TableName"],
            found["TableArn"],
            found["TableStatus"],
            found.get("ItemCount", 0),
            tuple(it["IndexName"] for it in found.get("GlobalSecondaryIndexes", ())),
        )

    def table_names(self) -> list[str]:
        """Every table of the region."""
        pages = self._dynamodb.get_paginator("list_tables").paginate()
        return [name for page in pages for name in page["TableNames"]]
