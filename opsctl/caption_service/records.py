"""Caption records in DynamoDB: `PK=USER#{user_id}`, `SK=IMAGE#{image_id}`, newest last."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from opsctl.caption_service.connections import Connections

BATCH, ATTEMPTS = 25, 6


class NotForgotten(Exception):
    """DynamoDB did not delete everything that it was asked to."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One caption as it is kept. `timestamp` is ISO 8601 UTC; `confidence` 0 to 1."""

    image_id: str
    user_id: str
    concise_caption: str
    creative_caption: str
    labels: list[str]
    model: str
    provider: str
    confidence: float
    timestamp: str
    s3_url: str
    thumbnail_url: str
    content_type: str


class Records:
    """The captions of every user, in the table `image_captions`."""

    def __init__(self, connections: Connections, table: str, retention_days: int) -> None:
        self.connections = connections
        self.table = table
        self.retention_days = retention_days

    def put(self, record: Record) -> None:
        """Keep a caption; DynamoDB removes it by itself when its `ttl` has passed."""
        expires = datetime.fromisoformat(record.timestamp) + timedelta(days=self.retention_days)
        self.connections.dynamodb.put_item(
            TableName=self.table, Item=as_item(record, int(expires.timestamp()))
        )

    def get(self, user_id: str, image_id: str) -> Record | None:
        """One caption, or None when this user has no such image."""
        answer = self.connections.dynamodb.get_item(
            TableName=self.table, Key=key(user_id, image_id), ConsistentRead=True
        )
        item = answer.get("Item")
        return from_item(item) if item else None

    def page(self, user_id: str, *, limit: int, after: str = "") -> tuple[list[Record], str]:
        """Captions newest first, and the cursor of the next page (empty on the last one)."""
        start: dict[str, Any] = {"ExclusiveStartKey": key(user_id, after)} if after else {}
        answer = self.connections.dynamodb.query(
            TableName=self.table,
            KeyConditionExpression="PK = :user AND begins_with(SK, :image)",
            ExpressionAttributeValues={
                ":user": {"S": f"USER#{user_id}"},
                ":image": {"S": "IMAGE#"},
            },
            ScanIndexForward=False,
            Limit=limit,
            **start,
        )
        last = answer.get("LastEvaluatedKey", {}).get("SK", {}).get("S", "")
        return [from_item(item) for item in answer["Items"]], str(last).removeprefix("IMAGE#")

    def delete(self, user_id: str, image_id: str) -> None:
        """Forget a caption; forgetting it twice is harmless."""
        self.connections.dynamodb.delete_item(TableName=self.table, Key=key(user_id, image_id))

    def deleting(self, user_id: str) -> Iterator[int]:
        """Forget everything of a user, whatever its sort key; answers page by page how many."""
        for page in self._keys(user_id):
            for start in range(0, len(page), BATCH):
                batch = page[start : start + BATCH]
                self._delete(batch)
                yield len(batch)

    def is_empty(self, user_id: str) -> bool:
        """Whether nothing of a user is kept, by a consistent read."""
        return not any(self._keys(user_id))

    def _keys(self, user_id: str) -> Iterator[list[dict[str, Any]]]:
        pages = self.connections.dynamodb.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="PK = :user",
            ExpressionAttributeValues={":user": {"S": f"USER#{user_id}"}},
            ProjectionExpression="PK, SK",
            ConsistentRead=True,
        )
        for page in pages:
            yield [{"PK": item["PK"], "SK": item["SK"]} for item in page["Items"]]

    def _delete(self, keys: list[dict[str, Any]]) -> None:
        """A batch of at most 25. DynamoDB hands back what it had no capacity for."""
        left: Any = {self.table: [{"DeleteRequest": {"Key": it}} for it in keys]}
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(0.1 * 2**attempt)
            left = self.connections.dynamodb.batch_write_item(RequestItems=left)["UnprocessedItems"]
            if not left:
                return
        raise NotForgotten(f"DynamoDB left {sum(map(len, left.values()))} items undeleted")


def key(user_id: str, image_id: str) -> dict[str, Any]:
    """The primary key of one caption."""
    return {"PK": {"S": f"USER#{user_id}"}, "SK": {"S": f"IMAGE#{image_id}"}}


def as_item(record: Record, expires: int) -> dict[str, Any]:
    """The DynamoDB item of a record, with its index keys and its end (epoch seconds)."""
    fields = {name: {"S": value} for name, value in asdict(record).items() if type(value) is str}
    return {
        **key(record.user_id, record.image_id),
        "GSI1PK": {"S": f"IMAGE#{record.image_id}"},
        "GSI1SK": {"S": record.timestamp},
        "ttl": {"N": str(expires)},
        "confidence": {"N": str(record.confidence)},
        "labels": {"L": [{"S": label} for label in record.labels]},
        **fields,
    }


def from_item(item: Mapping[str, Any]) -> Record:
    """The record in a DynamoDB item; fields that older releases did not write are empty."""
    texts = {
        name: str(item.get(name, {}).get("S", ""))
        for name, kind in Record.__annotations__.items()
        if kind == "str"
    }
    return Record(
        **texts,
        labels=[label["S"] for label in item.get("labels", {}).get("L", [])],
        confidence=float(item.get("confidence", {}).get("N", "0")),
    )
