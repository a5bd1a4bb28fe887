"""What opsctl keeps beside a backup of a table: the settings that a restore loses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from opsctl.aws import records
from opsctl.aws.gateway import Gateway
from opsctl.aws.table_settings import Settings, from_json
from opsctl.errors import FactsChanged, Forbidden
from opsctl.plan import Json

if TYPE_CHECKING:
    from opsctl.state import Store

ATTEMPTS = 20


@dataclass(frozen=True)
class Saved:
    """One record: which table had which settings when, and who made its backup."""

    table: str
    name: str
    at: datetime
    caller: str
    settings: Settings


@dataclass(frozen=True)
class Replayed:
    """What was erased again on a restored table: whoever was erased since the backup.

    `created` is when the table was made, as AWS says: another table of that name is another one.
    `digest` stands for those who were erased, so that one more of them is noticed.
    """

    table: str
    created: str
    since: str
    at: str
    cases: int
    items: int
    digest: str


class SavedSettings(Gateway):
    """`backups/NAME.json` for a backup and `restores/TABLE.json` for a restored table."""

    def now(self) -> datetime:
        """The time by the clock of the records."""
        return self._store.now()

    def save(self, table: str, name: str) -> dict[str, Json]:
        """Reads a table's settings and keeps them under the name of a backup.

        Answers the record's name and the SHA-256 of its content, for the journal.
        """
        document = {
            "table": table,
            "name": name,
            "at": self._store.now().isoformat(),
            "caller": self.aws.known_caller_arn or "",
            "settings": asdict(self.aws.table_settings.read(table)),
        }
        content = self._write(_backup(name), document)
        return {"settings": _backup(name), "digest": hashlib.sha256(content).hexdigest()}

    def saved(self, name: str, table: str) -> Saved | None:
        """What was kept beside the backup of a table; None where there is no such record.

        Raises Forbidden for a record that cannot be read.
        """
        found = self._read(_backup(name))
        if found is None or found.get("table") != table:
            return None
        try:
            return Saved(
                table,
                name,
                datetime.fromisoformat(found["at"]),
                str(found.get("caller", "")),
                from_json(found["settings"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise self._unreadable(_backup(name), error) from error

    def forget(self, name: str, table: str) -> None:
        """Deletes what was kept beside the backup of a table; gone already is done already."""
        found = self._store.read(_backup(name))
        if found and self.saved(name, table):
            self._store.delete(_backup(name), found[1])

    def note_replayed(self, done: Replayed) -> None:
        """Notes that a restored table holds nobody who was erased."""
        self._write(_restore(done.table), asdict(done))

    def replayed(self, table: str) -> Replayed | None:
        """What is noted of a restored table; None where nothing is."""
        found = self._read(_restore(table))
        try:
            return Replayed(**found) if found else None
        except TypeError as error:
            raise self._unreadable(_restore(table), error) from error

    def _write(self, name: str, document: Mapping[str, Any]) -> bytes:
        content = json.dumps(document, sort_keys=True).encode()
        for _ in range(ATTEMPTS):
            found = self._store.read(name)
            if found is None:
                if self._store.create(name, content):
                    return content
            elif self._store.replace(name, content, found[1]):
                return content
        raise FactsChanged(f"{name} in {self._store.where} is written by others all the time")

    def _read(self, name: str) -> dict[str, Any] | None:
        found = self._store.read(name)
        if found is None:
            return None
        try:
            return dict(json.loads(found[0]))
        except (ValueError, TypeError) as error:
            raise self._unreadable(name, error) from error

    def _unreadable(self, name: str, error: Exception) -> Forbidden:
        return Forbidden(
            f"{name} in {self._store.where} cannot be read: {error}",
            hint="It holds what a restored table needs. Move it away to go on without it.",
        )

    @cached_property
    def _store(self) -> Store:
        return records.store(self.aws.target, lambda: self.aws)


def _backup(name: str) -> str:
    return f"backups/{name}.json"


def _restore(table: str) -> str:
    return f"restores/{table}.json"
