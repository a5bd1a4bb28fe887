"""What each command of opsctl has ever asked of the sandbox: operations, and what they need."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from opsctl.sandbox import authorization
from opsctl.sandbox.calls import Asked, Environ

_KEPT_OF_A_KEY = 2
"""Folders of an object's key that are kept: which of its objects, is nobody's concern here."""


class CommandCalls:
    """The record, which `DELETE calls` does not clear; and the policy that holds, if any does."""

    def __init__(self, where: str) -> None:
        self._where = where
        """`REGION:ACCOUNT`."""
        self._lock = threading.Lock()
        self._seen: dict[str, dict[str, tuple[set[int], set[authorization.Wanted]]]] = {}
        self.policy: dict[str, Any] | None = None

    def refusal(self, asked: Sequence[authorization.Wanted]) -> authorization.Wanted | None:
        """What the policy that holds does not allow; None where it allows all, or there is none."""
        if self.policy is None:
            return None
        return authorization.refusal(self.policy, list(asked))

    def asks(self, it: Asked, environ: Environ, body: bytes) -> list[authorization.Wanted]:
        """What a call of a command needs to be allowed; nothing for a call of somebody else."""
        if not it.command:
            return []
        return authorization.asks(it.service, it.operation, environ, body, self._where)

    def add(self, it: Asked, asked: Sequence[authorization.Wanted], status: int) -> None:
        """Record a call that has been answered."""
        if not it.command:
            return
        with self._lock:
            operations = self._seen.setdefault(it.command, {})
            name = f"{it.service}:{it.operation}"
            statuses, needed = operations.setdefault(name, (set(), set()))
            statuses.add(status)
            needed.update((action, _shortened(arn)) for action, arn in asked)

    def listed(self) -> dict[str, Any]:
        """Command → operation → its statuses, and the actions and ARNs that it asked for."""
        with self._lock:
            return {
                command: {
                    name: {"statuses": sorted(statuses), "asked": sorted(needed)}
                    for name, (statuses, needed) in sorted(operations.items())
                }
                for command, operations in sorted(self._seen.items())
            }


def _shortened(arn: str) -> str:
    if not arn.startswith("arn:aws:s3:::"):
        return arn
    parts = arn.split("/")
    return "/".join([*parts[: 1 + _KEPT_OF_A_KEY], "…"]) if len(parts) > 2 else arn
