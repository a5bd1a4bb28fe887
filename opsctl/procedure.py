"""A procedure: one section of the runbook, as a name, a `gather` and a `plan`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from opsctl.aws import Aws
from opsctl.plan import Plan

Request = TypeVar("Request")
Facts = TypeVar("Facts")


@dataclass(frozen=True)
class Procedure(Generic[Request, Facts]):
    """What the runner runs.

    `gather` only reads. `plan` is pure: no clock, no random, no I/O. `section` is the heading
    of the procedure in RUNBOOK.md.
    """

    name: str
    section: str
    gather: Callable[[Request, Aws], Facts]
    plan: Callable[[Request, Facts], Plan]
