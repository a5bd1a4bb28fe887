"""How a command ended: what the terminal renders, and `-o json` prints as one document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from opsctl.plan import Json, Plan


@dataclass
class StepStatus:
    """How one step ended: pending, running, done, failed, interrupted, skipped or taken back."""

    title: str
    status: str = "pending"
    undo: str = ""
    """How to take it back, or why it cannot be."""


@dataclass
class Outcome:
    """How a command ended; the terminal renders it, `-o json` prints it as one document."""

    command: str
    status: str
    exit_code: int = 0
    plan: Plan | None = None
    steps: list[StepStatus] = field(default_factory=list)
    result: Mapping[str, Json] = field(default_factory=dict)
    error: Exception | None = None
    run: str = ""
