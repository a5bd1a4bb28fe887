"""The items of one user in a table: counted, and erased by the table's own keys."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from opsctl.aws import backing_off
from opsctl.aws.answers import decoded
from opsctl.aws.gateway import Gateway
from opsctl.aws.in_flight import InFlight
from opsctl.aws.wire import Wire
from opsctl.errors import OpsctlError, Unreachable
from opsctl.plan import Progress, Report

if TYPE_CHECKING:
    from opsctl.aws import Aws

API = "DynamoDB_20120810"
BATCH = 25
BATCHES_IN_FLIGHT = 16
MOST_TRIES = 8
"""Tries in a row in which DynamoDB takes not one item of a batch."""
BEATS_IN_VAIN = 4
"""Beats without an answer after which a report is made, and with it Ctrl-C heard."""
SAMPLE = 10
UNIT = 4096
"""Bytes of a read unit; half a unit where the read is eventually consistent."""


@dataclass(frozen=True)
class ItemCount:
    """Items that were found. `bytes` is what DynamoDB metered, rounded up for each page."""

    items: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class ErasedItems:
    """What was erased. Only when nothing `failed` is nothing left."""

    items: int = 0
    failed: int = 0
    """Items that DynamoDB did not take, however often it was asked."""
    requests: tuple[str, ...] = ()
    """The first request ids."""


class _Page(msgspec.Struct, rename="pascal"):
    """A page of Query. Keys stay as they came: a number or bytes must not change a digit."""

    items: list[dict[str, msgspec.Raw]] = []
    count: int = 0
    last_evaluated_key: msgspec.Raw = msgspec.Raw(b"")
    consumed_capacity: dict[str, Any] = {}


class _Taken(msgspec.Struct, rename="pascal"):
    unprocessed_items: dict[str, list[msgspec.Raw]] = {}


class _Batch(msgspec.Struct):
    items: int
    failed: int
    requests: list[str]


_PAGE = msgspec.json.Decoder(_Page)
_TAKEN = msgspec.json.Decoder(_Taken)


class Items(Gateway):
    """Items by the value of their key: `{"PK": "USER#ana"}`, perhaps with the sort key.

    With `index` the key is that of the index, by which items are only found: an index lags
    behind, and holds only items that have its key. `region` "" is the target's.
    """

    def __init__(self, aws: Aws) -> None:
        super().__init__(aws)
        self._tables: dict[tuple[str, str], dict[str, Any]] = {}

    def inventory(
        self, table: str, key: Mapping[str, str], index: str = "", region: str = ""
    ) -> ItemCount:
        """Counts. Of the table itself the answer is exact, of an index a moment old."""
        wire = self._wire(region)
        items, units = 0, 0.0
        for page in _query(wire, self._asked(table, key, index, region), count_only=True):
            items += page.count
            units += float(page.consumed_capacity.get("CapacityUnits", 0))
        return ItemCount(items, round(units * UNIT * (2 if index else 1)) if items else 0)

    def index_count(self, table: str, index: str, key: Mapping[str, str], region: str = "") -> int:
        """How many items an index still finds."""
        wire = self._wire(region)
        asked = self._asked(table, key, index, region)
        return sum(page.count for page in _query(wire, asked, count_only=True))

    def key_names(self, table: str, region: str = "") -> tuple[str, ...]:
        """The attributes of the table's key, partition key first. Raises NotFound."""
        ordered = sorted(
            self._described(table, region)["KeySchema"], key=lambda it: it["KeyType"] != "HASH"
        )
        return tuple(it["AttributeName"] for it in ordered)

    def erase(
        self,
        table: str,
        key: Mapping[str, str],
        index: str = "",
        region: str = "",
        report: Report | None = None,
    ) -> ErasedItems:
        """Deletes every item with that key, found by the index if one is given.

        Read the answer: what DynamoDB never took is only counted. Raises what a client raises.
        """
        wire = self._wire(region)
        names = self.key_names(table, region)
        asked = self._asked(table, key, index, region)
        total, in_vain = _Batch(0, 0, []), 0

        def beat() -> None:
            nonlocal in_vain
            in_vain += not total.requests
            if report and (total.requests or in_vain > BEATS_IN_VAIN):
                report(Progress(False, f"{total.items:,} items erased"))

        def done(batch: _Batch) -> None:
            total.items += batch.items
            total.failed += batch.failed
            total.requests += batch.requests[: SAMPLE - len(total.requests)]
            beat()

        with InFlight[_Batch](BATCHES_IN_FLIGHT, done, beat) as flight:
            for some in _batches(_query(wire, asked, names, stop=flight.heard), names):
                flight.add(partial(_delete, wire, table, some, flight.stop))
        return ErasedItems(total.items, total.failed, tuple(total.requests))

    def _asked(self, table: str, key: Mapping[str, str], index: str, region: str) -> dict[str, Any]:
        """The part of a Query that says which items. Raises OpsctlError for an empty key value:
        it would be nobody's."""
        if not key or not all(key.values()):
            raise OpsctlError("A bug: items are asked for without a key.", hint="Nothing was sent.")
        kinds = {
            it["AttributeName"]: it["AttributeType"]
            for it in self._described(table, region).get("AttributeDefinitions", [])
        }
        named = list(enumerate(key.items()))
        asked: dict[str, Any] = {
            "TableName": table,
            "KeyConditionExpression": " AND ".join(f"#k{at} = :v{at}" for at, _ in named),
            "ExpressionAttributeNames": {f"#k{at}": name for at, (name, _) in named},
            "ExpressionAttributeValues": {
                f":v{at}": {kinds.get(name, "S"): value} for at, (name, value) in named
            },
        }
        return asked | ({"IndexName": index} if index else {"ConsistentRead": True})

    def _described(self, table: str, region: str) -> dict[str, Any]:
        """The table as DescribeTable tells it. Asked once: the key of a table never changes."""
        if (table, region) not in self._tables:
            found = self._wire(region).json("DescribeTable", API, {"TableName": table})
            self._tables[table, region] = found["Table"]
        return self._tables[table, region]

    def _wire(self, region: str) -> Wire:
        return self.aws.wire("dynamodb", region)


def _query(
    wire: Wire,
    asked: dict[str, Any],
    names: tuple[str, ...] = (),
    *,
    count_only: bool = False,
    stop: threading.Event | None = None,
) -> Iterator[_Page]:
    """Every page. A page may be empty although there are more."""
    if count_only:
        asked = {**asked, "Select": "COUNT", "ReturnConsumedCapacity": "TOTAL"}
    else:
        aliases = {f"#n{at}": name for at, name in enumerate(names)}
        asked = {
            **asked,
            "ProjectionExpression": ", ".join(aliases),
            "ExpressionAttributeNames": asked["ExpressionAttributeNames"] | aliases,
        }
    while True:
        page = decoded(_PAGE, wire.raw_json("Query", API, asked, stop), "dynamodb:Query")
        yield page
        after = bytes(page.last_evaluated_key)
        if after in (b"", b"null"):
            return
        if after == bytes(asked.get("ExclusiveStartKey", b"")):
            raise Unreachable("dynamodb:Query: the same page came again.")
        asked["ExclusiveStartKey"] = msgspec.Raw(after)


def _batches(pages: Iterator[_Page], names: tuple[str, ...]) -> Iterator[list[bytes]]:
    """The keys of a page's items as JSON, 25 and fewer at a time, none twice."""
    waiting: dict[bytes, None] = {}
    for page in pages:
        for item in page.items:
            if missing := [name for name in names if name not in item]:
                raise Unreachable(f"dynamodb:Query: an item came without its {missing[0]}.")
            waiting[msgspec.json.encode({name: item[name] for name in names})] = None
            if len(waiting) == BATCH:
                yield list(waiting)
                waiting = {}
    if waiting:
        yield list(waiting)


def _delete(wire: Wire, table: str, keys: list[bytes], stop: threading.Event) -> _Batch:
    """One batch, resent until DynamoDB took everything or nothing for too long.

    What it takes too slowly is sent in smaller pieces.
    """
    waiting = [msgspec.Raw(b'{"DeleteRequest":{"Key":' + key + b"}}") for key in keys]
    size, tries, requests = BATCH, 0, []
    while waiting and tries < MOST_TRIES:
        some, rest = waiting[:size], waiting[size:]
        answer = wire.raw_json("BatchWriteItem", API, {"RequestItems": {table: some}}, stop)
        requests.append(answer.request_id)
        taken = decoded(_TAKEN, answer, "dynamodb:BatchWriteItem")
        refused = taken.unprocessed_items.get(table, [])
        waiting = refused + rest
        if refused:
            wire.pressure.complaint()
            tries = tries + 1 if len(refused) >= len(some) else 1
            size = max(1, size // 2)
            backing_off.sleep(backing_off.pause(tries), stop)
        else:
            size, tries = min(BATCH, size * 2), 0
    return _Batch(len(keys) - len(waiting), len(waiting), requests)
