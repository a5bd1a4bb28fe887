"""A job of S3 Batch Operations: what it is at a moment, and what it did until then."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

PREPARES = timedelta(seconds=0.3)
LEAST = timedelta(seconds=0.6)
RATE = 20_000
"""Objects in a second; AWS copies about a tenth of that in a job."""

ENDED = ("Complete", "Failed", "Cancelled")


@dataclass(frozen=True)
class Task:
    """One object to work on."""

    bucket: str
    key: str
    version: str = ""


class Failure(Exception):
    """A job, or one task of it, that cannot be done: AWS's code and why."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Store(Protocol):
    """What a job acts on."""

    def tasks(self, request: dict[str, Any]) -> list[Task]:
        """The objects of a manifest. Raises Failure."""

    def copy(self, request: dict[str, Any], task: Task) -> None:
        """Do one task. Raises Failure."""

    def report(self, job: Job) -> None:
        """Write the report of a job that has ended."""


@dataclass(eq=False)
class Job:
    """`request` is CreateJob's. Nothing happens but by `look`."""

    request: dict[str, Any]
    created: datetime
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "New"
    tasks: list[Task] = field(default_factory=list)
    done: int = 0
    failures: list[tuple[Task, Failure]] = field(default_factory=list)
    reason: Failure | None = None
    why: str = ""
    """What was said when its status was changed by hand."""
    began: datetime | None = None
    ended: datetime | None = None

    @property
    def failed(self) -> int:
        """Tasks that could not be done."""
        return len(self.failures)

    @property
    def takes(self) -> timedelta:
        """How long its tasks take."""
        return max(LEAST, timedelta(seconds=len(self.tasks) / RATE))

    def look(self, now: datetime, store: Store) -> None:
        """Do what is due until now."""
        if self.status in ("New", "Preparing") and now >= self.created + PREPARES:
            self._prepare(store)
        elif self.status == "New" and now > self.created:
            self.status = "Preparing"
        if self.status == "Cancelling":
            self._end("Cancelled", now, store)
        if self.status == "Ready":
            self.status, self.began = "Active", now
        if self.status == "Active":
            self._work(now, store)

    def ready(self) -> None:
        """It was confirmed by hand. Raises Failure when it does not wait for that."""
        if self.status != "Suspended":
            raise Failure("JobStatusException", f"A job that is {self.status} cannot be started.")
        self.status = "Ready"

    def cancel(self) -> None:
        """Stop it; what was done stays. Raises Failure when it has ended."""
        if self.status in (*ENDED, "Cancelling"):
            raise Failure("JobStatusException", f"A job that is {self.status} cannot be cancelled.")
        self.status = "Cancelling"

    def _prepare(self, store: Store) -> None:
        try:
            self.tasks = store.tasks(self.request)
        except Failure as failure:
            self.reason = failure
            self.status, self.ended = "Failed", self.created + PREPARES
            return
        asked = self.request.get("ConfirmationRequired", False)
        self.status = "Suspended" if asked else "Active"
        self.began = None if asked else self.created + PREPARES

    def _work(self, now: datetime, store: Store) -> None:
        elapsed = now - (self.began or now)
        due = (
            len(self.tasks)
            if elapsed >= self.takes
            else int(len(self.tasks) * (elapsed / self.takes))
        )
        for task in self._next(due):
            try:
                store.copy(self.request, task)
            except Failure as failure:
                self.failures.append((task, failure))
        if elapsed >= self.takes:
            self._end("Complete", (self.began or now) + self.takes, store)

    def _next(self, due: int) -> Iterator[Task]:
        while self.done < due:
            self.done += 1
            yield self.tasks[self.done - 1]

    def _end(self, status: str, at: datetime, store: Store) -> None:
        self.status, self.ended = status, at
        if self.request["Report"].get("Enabled"):
            store.report(self)
