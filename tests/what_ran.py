"""Which journeys there are and which were done, for those that look at what all of them did."""

from __future__ import annotations

from pathlib import Path

import pytest

JOURNEYS = pytest.StashKey[dict[str, set[str]]]()
"""Every journey, by the sandbox that it shares: also those that -k or -m leaves out."""
DONE = pytest.StashKey[set[str]]()
"""Those that came to their end well, or say themselves that they cannot run here."""


def left_out(request: pytest.FixtureRequest) -> str:
    """Which of the journeys that share this one's sandbox were not done; empty when all were.

    Fails where only what failed before is run again: it would be passed over for good.
    """
    own = Path(request.node.path)
    together = [them for them in request.config.stash[JOURNEYS].values() if _holds(them, own)]
    known = set().union(*together)
    everywhere = set().union(*request.config.stash[JOURNEYS].values())
    missing = {it.name for it in own.parent.glob("test_*.py")} - set(map(_module, everywhere))
    undone = {it for it in known - request.config.stash[DONE] if _module(it) != own.name}
    found = ", ".join((*sorted(missing), *sorted(undone)))
    assert not (found and request.config.getoption("lf")), "it looks at what all journeys did"
    return found


def _holds(tests: set[str], module: Path) -> bool:
    return any(_module(it) == module.name for it in tests)


def _module(test: str) -> str:
    return test.partition("::")[0].rpartition("/")[2]
