"""Erasures replayed on a restored table: nobody who was erased since the backup comes back."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from opsctl import errors
from opsctl.aws.erasures import MARGIN, Erased
from opsctl.aws.gateway import Gateway
from opsctl.aws.saved_settings import Replayed
from opsctl.aws.table_backups import family
from opsctl.plan import Json, Progress, Report
from opsctl.targets import data_map
from opsctl.targets.data_map import TableData

BATCH = 25
"""The most that BatchWriteItem takes."""
ATTEMPTS = 10
LONGEST_PAUSE = 5.0
"""Seconds between two attempts for items that AWS left unprocessed."""

Item = Mapping[str, Mapping[str, Any]]


class TableReplays(Gateway):
    """Finds the items of erased users in a restored table, and deletes them by their keys."""

    @property
    def _client(self) -> Any:
        return self.aws.client("dynamodb")

    def pending(self, since: str) -> int:
        """How many erasures there are since a moment (ISO 8601), or are under way."""
        return self.aws.erasures.since(_with_margin(since)).count

    def replay(
        self, table: str, source: str, since: str, report: Report | None = None
    ) -> dict[str, Json]:
        """Deletes what belongs to anybody who was erased since the moment of the backup.

        `source` is the table of the data map that the restored one came from. Scans twice: the
        second time nothing may be found, else StepFailed. Then notes whose erasures were
        replayed, without which no table is brought into service.
        """
        erased = self.aws.erasures.since(_with_margin(since))
        deleted = self._erase(table, source, erased, report) if erased.count else 0
        origin = self.aws.table_restores.origin(table)
        if origin is None:
            raise errors.NotVerified(f"The table {table} is not there any more.")
        at = self.aws.saved_settings.now().isoformat()
        self.aws.saved_settings.note_replayed(
            Replayed(table, origin.created, since, at, erased.count, deleted, _digest(erased))
        )
        return {"erasures": erased.count, "items_erased_again": deleted}

    def stores(self, source: str) -> tuple[TableData, ...]:
        """What the data map says of a table or its kin: whose an item is."""
        return stores_of(data_map.of(self.aws.target), source)

    def lacking(self, table: str) -> str:
        """Why a table may hold somebody who was erased, in words; empty when it holds nobody.

        What was never restored holds nobody where the data map knows it: there users are erased.
        """
        origin = self.aws.table_restores.origin(table)
        if origin is None:
            return f"there is no table {table}"
        done = self.aws.saved_settings.replayed(table)
        if done and done.created == origin.created:
            now = self.aws.erasures.since(_with_margin(done.since))
            return "" if _digest(now) == done.digest else "somebody was erased after the restore"
        if origin.moment is not None:
            return "erasures were not replayed on it"
        known = any(it.table == table for it in self.stores(table))
        if known or not self.aws.erasures.since(datetime.fromisoformat(origin.created)).count:
            return ""
        return "users were erased since it was made, and the data map does not know it"

    def complete(self, table: str) -> Progress:
        """Whether a table is known to hold nobody who was erased."""
        why = self.lacking(table)
        return Progress(not why, why or "it holds nobody who was erased")

    def _erase(self, table: str, source: str, erased: Erased, report: Report | None) -> int:
        deleted = 0
        batch: list[dict[str, Any]] = []
        seen, expected = 0, self.aws.dynamodb.table(table).items

        def tell(seen: int, more: str = "", done: bool = False) -> None:
            # It also hears Ctrl-C, so it is called before each call that deletes.
            if report:
                words = f"{seen:,} items looked at, {deleted:,} deleted{more}"
                # AWS counts the items of a new table late.
                report(Progress(done, words, counted=(seen, max(seen, expected))))

        for key, seen in self._held(table, source, erased):
            batch += [key] if key else []
            if len(batch) == BATCH or (batch and not key):
                deleted += self._delete(table, batch, partial(tell, seen))
                batch = []
            if not key:
                tell(seen)
        left = 0
        for key, again in self._held(table, source, erased):
            left += bool(key)
            if not key:
                tell(again, ", looking again")
        if left:
            raise errors.StepFailed(
                f"{left:,} items of erased users are still in {table}.",
                hint="Somebody writes to that table. Stop that, and run the same command again.",
            )
        tell(seen, done=True)
        return deleted

    def _held(
        self, table: str, source: str, erased: Erased
    ) -> Iterator[tuple[dict[str, Any], int]]:
        """The key of each item of an erased user; at the end of a page ({}, items looked at)."""
        stores = self.stores(source)
        if not stores:
            raise errors.StepFailed(
                f"Users were erased, and the data map does not say whose an item of {source} is.",
                hint="Describe the table in opsctl.toml: [[env.NAME.data]] with table and key.",
            )
        keys = tuple(self.aws.table_settings.key_names(table))
        names = {name for each in stores for name, _ in each.key} | set(keys)
        places = {f"#n{number}": name for number, name in enumerate(sorted(names))}
        pages = self._client.get_paginator("scan").paginate(
            TableName=table,
            ConsistentRead=True,
            ProjectionExpression=", ".join(places),
            ExpressionAttributeNames=places,
        )
        seen = 0
        for page in pages:
            for item in page["Items"]:
                seen += 1
                if any(_is_of(erased, each, item) for each in stores):
                    yield {name: item[name] for name in keys}, seen
            yield {}, seen

    def _left(self, table: str, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Asks for deletions; answers those that AWS did not carry out, all when it throttles."""
        client = self._client
        try:
            answer = client.batch_write_item(RequestItems={table: wanted})
        except (
            client.exceptions.ProvisionedThroughputExceededException,
            client.exceptions.RequestLimitExceeded,
            client.exceptions.ThrottlingException,
        ):
            return wanted
        found: list[dict[str, Any]] = answer.get("UnprocessedItems", {}).get(table, [])
        return found

    def _delete(self, table: str, batch: list[dict[str, Any]], tell: Callable[[str], None]) -> int:
        """Deletes items by key. Raises StepFailed when AWS leaves some unprocessed too often."""
        wanted = [{"DeleteRequest": {"Key": key}} for key in batch]
        for attempt in range(ATTEMPTS):
            tell(f", {len(wanted)} once more" if attempt else "")
            wanted = self._left(table, wanted)
            if not wanted:
                return len(batch)
            time.sleep(random.uniform(0, min(LONGEST_PAUSE, 0.05 * 2**attempt)))  # noqa: S311
        raise errors.StepFailed(
            f"AWS left {len(wanted)} of {len(batch)} deletions in {table} unprocessed, "
            f"also after {ATTEMPTS} attempts.",
            hint="Run the same command again: it goes on from here.",
        )


def stores_of(data: tuple[data_map.Data, ...], table: str) -> tuple[TableData, ...]:
    """The stores of a data map that lie in a table or its kin, by whatever key or index.

    A restored table may have become the one of the data map, and its source may not be in it.
    """
    tables = [it for it in data if isinstance(it, TableData)]
    return tuple(it for it in tables if family(it.table) == family(table))


def _is_of(erased: Erased, store: TableData, item: Item) -> bool:
    owner = store.owner(item)
    return owner is not None and erased.holds(owner)


def _with_margin(since: str) -> datetime:
    return datetime.fromisoformat(since) - MARGIN


def _digest(erased: Erased) -> str:
    """Stands for a set of erased users; the set itself stays where it is kept."""
    return hashlib.sha256(" ".join(sorted(erased.fingerprints)).encode()).hexdigest()
