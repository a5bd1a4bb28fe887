"""Which journeys there are and which were done, for those that look at what all of them did."""

from __future__ import annotations

from pathlib import Path

import pytest

JOURNEYS = pytest.StashKey[set[str]]()
"""Every test that shares the sandbox, those that -k or -m leaves out too."""
DONE = pytest.StashKey[set[str]]()
"""Those that came to their end well, or say themselves that they cannot run here."""


def left_out(config: pytest.Config, folder: Path, own: Path) -> str:
    """Which journeys were not done; empty when all were. `own` is the module that asks."""
    known = config.stash[JOURNEYS]
    collected = {name.partition("::")[0].rpartition("/")[2] for name in known}
    missing = sorted({it.name for it in folder.glob("test_*.py")} - collected)
    undone = known - config.stash[DONE]
    undone = {name for name in undone if name.partition("::")[0].rpartition("/")[2] != own.name}
    return ", ".join((*missing, *sorted(undone)))
