"""A small table that everybody who shares a store reads and writes: changed by compare-and-set."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from opsctl.errors import FactsChanged, Forbidden
from opsctl.state import Store

ATTEMPTS = 20


class Table:
    """One JSON record of a store: `{"KEY": {row: value}}`.

    `holds` says what is lost with it, for whoever has to move it away.
    """

    def __init__(self, store: Store, name: str, key: str, holds: str) -> None:
        self._store = store
        self._name = name
        self._key = key
        self._holds = holds

    def read(self) -> dict[str, Any]:
        """Every row; empty where nothing was written yet. Raises Forbidden for a torn record."""
        return self._read()[0]

    def change(self, make: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
        """Puts what `make` answers in place of the rows it gets; again when others were quicker.

        Raises FactsChanged when others write it without end.
        """
        for _ in range(ATTEMPTS):
            known, version = self._read()
            content = json.dumps({self._key: make(known)}, sort_keys=True).encode()
            if version:
                if self._store.replace(self._name, content, version):
                    return
            elif self._store.create(self._name, content):
                return
        raise FactsChanged(f"{self._name} in {self._store.where} is written by others all the time")

    def _read(self) -> tuple[dict[str, Any], str]:
        found = self._store.read(self._name)
        if found is None:
            return {}, ""
        content, version = found
        try:
            return dict(json.loads(content)[self._key]), version
        except (ValueError, KeyError, TypeError) as error:
            raise Forbidden(
                f"{self._name} in {self._store.where} cannot be read: {error}",
                hint=f"It holds {self._holds}. Move it away to begin anew.",
            ) from error
