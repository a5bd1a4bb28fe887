"""DynamoDB: many items of one partition at once, shaped like the caption service's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item

from opsctl.sandbox.moto_parts.dynamodb_changes import log

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

_ODD_SORT_KEYS = ("line\nfeed", "tab\t", "'")


def install(_: World) -> None:
    """Nothing to put on moto: `sandbox.filling` uses this."""


def add(table: Any, key: dict[str, str], items: int, odd: Sequence[str], at: datetime) -> int:
    """Put that many new items of one partition into a table; answers how many there are more.

    `odd` texts become part of the sort keys in turn. Raises ValueError for a key that is not the
    table's partition key, or a table without a text as sort key.
    """
    if set(key) != {table.hash_key_attr}:
        raise ValueError(f"key must be {{{table.hash_key_attr!r}: …}}")
    if table.range_key_attr is None or table.range_key_type != "S":
        raise ValueError("fill needs a table whose sort key is a text")
    partition = DynamoType({"S": key[table.hash_key_attr]})
    held = table.items[partition]
    before = len(held)
    noted = log(table)
    endings = [*odd, *(_ODD_SORT_KEYS if odd else ())] or [""]
    for index in range(items):
        image = f"{index:012x}-fill{endings[index % len(endings)]}"
        attributes = _attributes(table, key, image, index)
        sort = DynamoType(attributes[table.range_key_attr])
        if noted is not None:
            noted.note(at, (partition, sort), held.get(sort))
        held[sort] = Item(partition, sort, attributes)
    return len(held) - before


def _attributes(table: Any, key: dict[str, str], image: str, index: int) -> dict[str, Any]:
    texts = {
        **key,
        table.range_key_attr: f"IMAGE#{image}",
        "GSI1PK": f"IMAGE#{image}",
        "GSI1SK": f"2026-01-01T00:00:00.{index % 1000:03d}Z",
        "image_id": image,
        "user_id": next(iter(key.values())).partition("#")[2],
        "concise_caption": "A made-up picture among very many",
    }
    return {name: {"S": value} for name, value in texts.items()}
