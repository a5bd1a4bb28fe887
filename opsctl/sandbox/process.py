"""What the fleet asks of whatever runs a task: a real process, or a scripted one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from opsctl.sandbox.registry import Image


@dataclass(frozen=True)
class Launch:
    """Everything a task's process starts with."""

    task_id: str
    image: Image
    environment: dict[str, str] = field(repr=False)
    """Holds resolved secrets: never logged, never shown."""
    needs_port: bool = True


class TaskProcess(Protocol):
    """One running container."""

    pid: int
    port: int
    """Where it listens on 127.0.0.1; 0 where it does not."""

    def exit_code(self) -> int | None:
        """None while it runs; 128 + n where signal n ended it, as Docker reports it."""

    def terminate(self) -> None:
        """Ask it to end (SIGTERM)."""

    def kill(self) -> None:
        """End it (SIGKILL)."""

    def signal(self, number: int) -> None:
        """Send it another signal; nothing when it has ended."""

    def lines(self) -> list[str]:
        """What it has written since the last call, without waiting."""


class Runner(Protocol):
    """Starts processes."""

    def start(self, launch: Launch) -> TaskProcess:
        """Start one. Does not wait until it listens."""
