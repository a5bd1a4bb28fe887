"""DynamoDB: a query looks at its own partition only, and tells the capacity that it took."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from opsctl.sandbox.moto_parts.originals import original

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

UNIT = 4096
"""Bytes that one read unit reads consistently."""


def install(_: World) -> None:
    """Put this before moto's query, which sorts the whole table for each page."""
    Table.all_items = _chosen(original(Table, "all_items"))
    Table.query = _narrowed(original(Table, "query"))
    DynamoHandler.query = _measured(original(DynamoHandler, "query"))


def _chosen(every: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def all_items(table: Any) -> Any:
        found = getattr(table, "sandbox_page", None)
        return every(table) if found is None else found

    return all_items


def _narrowed(query: Callable[..., Any]) -> Callable[..., Any]:
    def narrowed(
        table: Any,
        hash_key: Any,
        range_comparison: Any,
        range_objs: Any,
        limit: Any,
        exclusive_start_key: Any,
        scan_index_forward: Any,
        projection_expressions: Any,
        index_name: Any = None,
        *args: Any,
        **named: Any,
    ) -> Any:
        if not index_name and table.range_key_attr and hash_key is not None:
            start = exclusive_start_key if scan_index_forward is not False else None
            table.sandbox_page = _page(table, hash_key, start)
        try:
            found, scanned, last = query(
                table,
                hash_key,
                range_comparison,
                range_objs,
                limit,
                exclusive_start_key,
                scan_index_forward,
                None,
                index_name,
                *args,
                **named,
            )
        finally:
            table.sandbox_page = None
        table.sandbox_read = sum(item.size() for item in found)
        if projection_expressions:
            found = [item.project(projection_expressions) for item in found]
        return found, scanned, last

    return narrowed


def _page(table: Any, hash_key: Any, start: dict[str, Any] | None) -> list[Any]:
    """The items of a partition by their sort keys, behind the one that a page begins after."""
    held = table.items.get(hash_key, {}).values()
    items = sorted(held, key=lambda item: item.range_key.cast_value)
    if not start or table.range_key_attr not in start:
        return items
    after = DynamoType(start[table.range_key_attr]).cast_value
    return items[bisect_right(items, after, key=lambda item: item.range_key.cast_value) :]


def _measured(query: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """moto tells the same capacity whatever was read."""

    def measured(received: Any) -> Any:
        answer = query(received)
        told = answer.result.get("ConsumedCapacity")
        table = received.dynamodb_backend.get_table(received.body["TableName"])
        if told:
            units = max(1, math.ceil(table.sandbox_read / UNIT))
            units = units if received.body.get("ConsistentRead") else units / 2
            told["CapacityUnits"] = units
            for part in (told.get("Table"), *told.get("LocalSecondaryIndexes", {}).values()):
                if part:
                    part["CapacityUnits"] = units
        return answer

    return measured
