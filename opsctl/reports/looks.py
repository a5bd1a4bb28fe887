"""Looks of which any may fail without spoiling the others, and what is not known for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from opsctl.errors import NoAccess, OpsctlError, Unreachable

T = TypeVar("T")


class Looks:
    """`unknown` tells what could not be looked at, with the reason; `unanswered` names that part
    of it for which AWS had no answer (it throttles, or is away)."""

    def __init__(self) -> None:
        self.unknown: list[str] = []
        self.unanswered: list[str] = []

    def at(self, what: str, look: Callable[[], T], otherwise: Any) -> T:
        """What a look answers; `otherwise` where AWS does not let us look, does not answer, or has
        no such thing. Raises every other error."""
        try:
            return look()
        except (NoAccess, Unreachable) as error:
            self.unknown.append(f"{what}: {error.message}")
            if isinstance(error, Unreachable):
                self.unanswered.append(what)
        except OpsctlError as error:
            if getattr(error, "aws_code", "") != "UnsupportedFeatureException":
                raise
        nothing: T = otherwise
        return nothing
