"""Until when an address is meant to be blocked: opsctl's own record, for WAF has no such thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from opsctl.aws import records
from opsctl.aws.gateway import Gateway
from opsctl.plan import Json

if TYPE_CHECKING:
    from opsctl.state import Store
    from opsctl.state.table import Table


@dataclass(frozen=True)
class Expiry:
    """One blocked range and the moment (UTC) at which somebody wanted it to end."""

    range: str
    until: datetime


class BlockExpiries(Gateway):
    """One record of each environment, beside its journal and lock: `blocks/ENV.json`."""

    def recorded(self) -> tuple[Expiry, ...]:
        """What is recorded, the earliest first; the range may have been unblocked elsewhere."""
        rows = self._table.read().items()
        found = [Expiry(each, datetime.fromisoformat(at)) for each, at in rows]
        return tuple(sorted(found, key=lambda it: (it.until, it.range)))

    def now(self) -> datetime:
        """The time by the clock of the records."""
        return self._store.now()

    def record(self, expiries: dict[str, Json]) -> None:
        """Notes for each range until when (ISO 8601); None forgets it."""

        def change(known: Mapping[str, str]) -> dict[str, str]:
            merged = {**known, **expiries}
            return {each: str(at) for each, at in merged.items() if at is not None}

        self._table.change(change)

    @cached_property
    def _table(self) -> Table:
        from opsctl.state.table import Table

        name = f"blocks/{self.aws.target.env}.json"
        return Table(self._store, name, "blocks", "when blocks end")

    @cached_property
    def _store(self) -> Store:
        return records.store(self.aws.target, lambda: self.aws)
