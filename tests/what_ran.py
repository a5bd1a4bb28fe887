"""What was run in this session, whichever of its processes ran it.

Journeys are shared out among processes, each with a sandbox of its own. Tests marked `last` look at
what all of them did: what commands asked of the sandboxes, and what was typed by hand.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from running import until

from opsctl.targets import Target

OTHERS_END_WITHIN = 1200.0


@dataclass(frozen=True)
class Seen:
    """What one process did until now with its sandbox."""

    target: Target
    commands: dict[str, Any]
    """Command → operation → its record."""
    typed: set[tuple[str, int]]
    """Section and block of RUNBOOK.md."""


class Ledger:
    """A folder of all processes of a session, in which each writes its own two files."""

    def __init__(self, folder: Path, own: str) -> None:
        self._folder = folder
        self._own = own
        self.journeys: set[str] = set()
        """Every journey in a sandbox, also those that -k or -m leaves out."""

    def ended(self, test: str, *, well: bool) -> None:
        with (self._folder / f"{self._own}.jsonl").open("a") as file:
            file.write(json.dumps([test, well]) + "\n")

    def endings(self) -> dict[str, bool]:
        """Test → whether it ended well, or said itself that it cannot run here."""
        files = self._folder.glob("*.jsonl")
        lines = (line for it in files for line in it.read_text().splitlines(keepends=True))
        return dict(json.loads(it) for it in lines if it.endswith("\n"))

    def keep(self, seen: Seen) -> None:
        part = self._folder / f"{self._own}.part"
        part.write_bytes(pickle.dumps(seen))
        part.rename(part.with_suffix(".pickle"))

    def seen(self) -> Iterator[Seen]:
        for it in self._folder.glob("*.pickle"):
            yield pickle.loads(it.read_bytes())


LEDGER = pytest.StashKey[Ledger]()
NAME = pytest.StashKey[str]()
"""A test's own node id: other tests have an @ in theirs, too."""


def seen(request: pytest.FixtureRequest) -> list[Seen]:
    """What every journey did, once all of them have ended.

    Skips the test that asks when not all journeys are run, or one did not end well.
    """
    ledger = request.config.stash[LEDGER]
    chosen = {it.stash[NAME] for it in request.session.items}
    folder = Path(request.node.path).parent
    missing = {it.name for it in folder.glob("test_*.py")} - set(map(_module, chosen))
    missing |= ledger.journeys - chosen
    if not missing:
        until(lambda: ledger.journeys <= ledger.endings().keys(), OTHERS_END_WITHIN)
        missing = {it for it, well in ledger.endings().items() if not well} & ledger.journeys
    if missing:
        pytest.skip(f"only after every journey; not done: {', '.join(sorted(missing))}")
    return list(ledger.seen())


def _module(test: str) -> str:
    return test.partition("::")[0].rpartition("/")[2]
