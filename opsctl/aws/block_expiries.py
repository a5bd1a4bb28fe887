"""Until when an address is meant to be blocked: opsctl's own record, for WAF has no such thing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from opsctl.aws import records
from opsctl.aws.gateway import Gateway
from opsctl.errors import FactsChanged, Forbidden
from opsctl.plan import Json

if TYPE_CHECKING:
    from opsctl.state import Store

ATTEMPTS = 20


@dataclass(frozen=True)
class Expiry:
    """One blocked range and the moment (UTC) at which somebody wanted it to end."""

    range: str
    until: datetime


class BlockExpiries(Gateway):
    """One record of each environment, beside its journal and lock: `blocks/ENV.json`."""

    def recorded(self) -> tuple[Expiry, ...]:
        """What is recorded, the earliest first; the range may have been unblocked elsewhere."""
        found = [Expiry(each, datetime.fromisoformat(at)) for each, at in self._read()[0].items()]
        return tuple(sorted(found, key=lambda it: (it.until, it.range)))

    def now(self) -> datetime:
        """The time by the clock of the records."""
        return self._store.now()

    def record(self, expiries: dict[str, Json]) -> None:
        """Notes for each range until when (ISO 8601); None forgets it."""

        def change(known: Mapping[str, str]) -> dict[str, str]:
            merged = {**known, **expiries}
            return {each: str(at) for each, at in merged.items() if at is not None}

        self._change(change)

    def _change(self, make: Callable[[Mapping[str, str]], dict[str, str]]) -> None:
        for _ in range(ATTEMPTS):
            known, version = self._read()
            content = json.dumps({"blocks": make(known)}, sort_keys=True).encode()
            if version:
                if self._store.replace(self._name, content, version):
                    return
            elif self._store.create(self._name, content):
                return
        raise FactsChanged(f"{self._name} in {self._store.where} is written by others all the time")

    def _read(self) -> tuple[dict[str, str], str]:
        """What is recorded, and the version; both empty when nothing is."""
        found = self._store.read(self._name)
        if found is None:
            return {}, ""
        content, version = found
        try:
            return dict(json.loads(content)["blocks"]), version
        except (ValueError, KeyError, TypeError) as error:
            raise Forbidden(
                f"{self._name} in {self._store.where} cannot be read: {error}",
                hint="It holds when blocks end. Move it away to begin anew.",
            ) from error

    @property
    def _name(self) -> str:
        return f"blocks/{self.aws.target.env}.json"

    @cached_property
    def _store(self) -> Store:
        return records.store(self.aws.target, lambda: self.aws)
