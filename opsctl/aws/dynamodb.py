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
        )
