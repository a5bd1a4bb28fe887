"""Who an open case is about: kept on this machine only, until the case is closed.

Once the account is gone nothing else can tell whose prefixes and keys are left to erase, so that
a run which was cut off then could not be finished.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from opsctl.errors import Forbidden
from opsctl.state import LocalStore


class Subjects:
    """`subjects/CASE.json`, mode 0600, never in the records that a team shares."""

    def __init__(self, store: LocalStore | None = None) -> None:
        self._store = store or LocalStore()

    def keep(self, case: str, document: Mapping[str, Any]) -> None:
        """Writes it, in place of what was kept before."""
        content = json.dumps(document, sort_keys=True).encode()
        found = self._store.read(_name(case))
        if found is None:
            self._store.create(_name(case), content)
        elif found[0] != content:
            self._store.replace(_name(case), content, found[1])

    def read(self, case: str) -> dict[str, Any] | None:
        """What was kept; None where nothing was. Raises Forbidden for what cannot be read."""
        found = self._store.read(_name(case))
        if found is None:
            return None
        try:
            return dict(json.loads(found[0]))
        except (ValueError, TypeError) as error:
            # The error would quote what was read.
            raise Forbidden(
                f"{_name(case)} in {self._store.where} cannot be read.",
                hint="It says whom the case is about. Move it away, and name the user again.",
            ) from error

    def forget(self, case: str) -> None:
        """Deletes it; harmless where nothing is kept."""
        found = self._store.read(_name(case))
        if found is not None:
            self._store.delete(_name(case), found[1])


def _name(case: str) -> str:
    return f"subjects/{case}.json"
