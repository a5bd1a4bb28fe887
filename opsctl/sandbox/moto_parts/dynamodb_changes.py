"""DynamoDB: every change of a table with recovery is noted; an item that was is never altered."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

from opsctl.sandbox.change_log import ChangeLog
from opsctl.sandbox.moto_parts.originals import original

if TYPE_CHECKING:
    from opsctl.sandbox.world import World


LAG = timedelta(seconds=1)
"""How far the latest moment to restore lies behind; five minutes on AWS."""

_ALMOST = timedelta(microseconds=999_999)


def install(world: World) -> None:
    """Note changes before moto makes them."""
    Table.__deepcopy__ = _copied
    Table.put_item = _putting(world, original(Table, "put_item"))
    Table.set_stream_specification = _streaming(original(Table, "set_stream_specification"))
    Table.delete_item = _deleting(world, original(Table, "delete_item"))
    DynamoDBBackend.update_item = _updating(world, original(DynamoDBBackend, "update_item"))


def begin(table: Any, at: datetime) -> None:
    """Note changes from now on."""
    table.sandbox_log = ChangeLog(at)


def end(table: Any) -> None:
    """Forget the past."""
    table.sandbox_log = None


def log(table: Any) -> ChangeLog | None:
    """The changes of a table; None where nothing is noted."""
    found: ChangeLog | None = getattr(table, "sandbox_log", None)
    return found


def window(table: Any, now: datetime) -> tuple[datetime, datetime]:
    """(the earliest, the latest moment that the table can be restored as it was).

    In whole seconds: that is all that a caller can ask for.
    """
    held = log(table)
    if held is None:
        raise LookupError(f"nothing is noted of {table.name}")
    settings = table.continuous_backups["PointInTimeRecoveryDescription"]
    held.forget(now - timedelta(days=settings.get("RecoveryPeriodInDays", 35)))
    earliest = (held.since + _ALMOST).replace(microsecond=0)
    return earliest, max(earliest, (now - LAG).replace(microsecond=0))


def items(table: Any) -> Any:
    """The items as they are; the items themselves are shared, since nobody alters them."""
    if table.range_key_attr is None:
        return defaultdict(dict, table.items)
    return defaultdict(dict, {key: dict(held) for key, held in table.items.items()})


def items_at(table: Any, at: datetime) -> Any:
    """The items as they were at a moment of the window."""
    held, found = log(table), items(table)
    for (hash_key, range_key), before in (held.undone(at) if held else {}).items():
        if range_key is None:
            _set(found, hash_key, before)
        else:
            _set(found[hash_key], range_key, before)
    return found


def _set(held: Any, key: Any, item: Any) -> None:
    if item is None:
        held.pop(key, None)
    else:
        held[key] = item


def _copied(table: Any, memo: dict[int, Any]) -> Any:
    """moto copies whole tables, for a backup or before each transaction."""
    made = table.__class__.__new__(table.__class__)
    memo[id(table)] = made
    for name, value in table.__dict__.items():
        setattr(made, name, items(table) if name == "items" else copy.deepcopy(value, memo))
    return made


def _putting(world: World, put: Callable[..., Any]) -> Callable[..., Any]:
    def put_item(table: Any, item_attrs: dict[str, Any], *args: Any, **named: Any) -> Any:
        held = log(table)
        names = table.table_key_attrs
        if held is None or any(name not in item_attrs for name in names):
            return put(table, item_attrs, *args, **named)
        keys = [DynamoType(item_attrs[name]) for name in names]
        key = (keys[0], keys[1] if len(keys) > 1 else None)
        before = table.get_item(*key)
        made = put(table, item_attrs, *args, **named)
        held.note(world.clock(), key, before)
        return made

    return put_item


def _streaming(set_specification: Callable[..., Any]) -> Callable[..., Any]:
    def set_stream_specification(table: Any, streams: dict[str, Any] | None) -> None:
        """moto goes on to write to a stream that has been disabled, and fails."""
        set_specification(table, streams)
        if not table.stream_specification["StreamEnabled"]:
            table.stream_shard = table.latest_stream_label = None

    return set_stream_specification


def _deleting(world: World, delete: Callable[..., Any]) -> Callable[..., Any]:
    def delete_item(table: Any, hash_key: Any, range_key: Any) -> Any:
        gone = delete(table, hash_key, range_key)
        held = log(table)
        if held is not None and gone is not None:
            held.note(world.clock(), (hash_key, range_key), gone)
        return gone

    return delete_item


def _updating(world: World, update: Callable[..., Any]) -> Callable[..., Any]:
    """moto alters the item itself: it is given a copy, so that what was stays as it was."""

    def update_item(backend: Any, table_name: str, key: dict[str, Any], *a: Any, **n: Any) -> Any:
        table = backend.get_table(table_name)
        names = [name for name in table.table_key_attrs if name in key]
        if len(names) < len(table.table_key_attrs):
            return update(backend, table_name, key, *a, **n)
        keys = [DynamoType(key[name]) for name in names]
        place = (keys[0], keys[1] if len(keys) > 1 else None)
        before = table.get_item(*place)
        if before is not None:
            held = table.items if place[1] is None else table.items[place[0]]
            held[place[-1] or place[0]] = copy.deepcopy(before)
        changed = update(backend, table_name, key, *a, **n)
        noted = log(table)
        if noted is not None and before is not None:
            noted.note(world.clock(), place, before)
        return changed

    return update_item
