"""What a diagnosis says: findings, and the rules that make them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsctl.reports.diagnosis.evidence import Evidence

SEVERITIES = ("critical", "warning", "notice")
"""The worst first; a notice alone leaves the exit code at 0."""
KINDS = ("errors", "latency", "auth", "throttling")
"""What can be asked about; `all` asks every rule."""
EVERY = frozenset(KINDS)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. A rule leaves `cause` and `after` empty: they are filled in."""

    severity: str
    title: str
    evidence: tuple[str, ...]
    """Sentences with numbers and times (UTC)."""
    likely: str
    """What most likely stands behind it."""
    next_command: str
    """What to type next; without `--env`, which is added."""
    onset: datetime | None = None
    """When it began, as far as can be seen."""
    cause: str = ""
    """The name of the rule."""
    after: str = ""
    """What was changed shortly before it began."""


@dataclass(frozen=True)
class Rule:
    """One way to be ill: `find` looks at the evidence, and at nothing else.

    Among findings of one severity those of the lower `place` come first: what causes others.
    `kinds` are the questions it answers; none means only `all`. `blames` are the kinds of change
    (deployment, secret, scaling, run) that can bring it about.
    """

    name: str
    place: int
    find: Callable[[Evidence], Finding | None]
    kinds: frozenset[str] = frozenset()
    blames: frozenset[str] = frozenset()
