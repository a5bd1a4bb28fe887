"""A job moves with the clock, and does what is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsctl.sandbox.batch_job import Failure, Job, Task

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Shelf:
    """A store of ten objects; it notes what was copied."""

    def __init__(self, bad: str = "", refused: str = "") -> None:
        self.bad, self.refused = bad, refused
        self.copied: list[str] = []
        self.reports: list[Job] = []

    def tasks(self, request: dict[str, Any]) -> list[Task]:
        if self.refused:
            raise Failure("AccessDenied", self.refused)
        return [Task("b", f"k{index}") for index in range(10)]

    def copy(self, request: dict[str, Any], task: Task) -> None:
        if task.key == self.bad:
            raise Failure("NoSuchKey", "gone")
        self.copied.append(task.key)

    def report(self, job: Job) -> None:
        self.reports.append(job)


def job(**request: Any) -> Job:
    return Job({"Report": {"Enabled": True}, **request}, NOW)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_job_is_new_then_prepared_then_active_then_complete() -> None:
    it, shelf = job(), Shelf()
    seen = []
    for seconds in (0, 0.1, 0.6, 2):
        it.look(after(seconds), shelf)
        seen.append((it.status, len(shelf.copied)))
    assert seen == [("New", 0), ("Preparing", 0), ("Active", 5), ("Complete", 10)]
    assert shelf.reports == [it]
    assert it.ended == after(0.9)


def test_one_object_that_fails_stops_no_other() -> None:
    it, shelf = job(), Shelf(bad="k3")
    it.look(after(5), shelf)
    assert (it.status, it.failed, len(shelf.copied)) == ("Complete", 1, 9)


def test_a_job_without_a_manifest_has_failed() -> None:
    it = job()
    it.look(after(5), Shelf(refused="no role"))
    assert (it.status, str(it.reason)) == ("Failed", "no role")


def test_a_job_that_is_to_be_confirmed_waits() -> None:
    it, shelf = job(ConfirmationRequired=True), Shelf()
    it.look(after(5), shelf)
    assert it.status == "Suspended"
    it.ready()
    it.look(after(6), shelf)
    it.look(after(9), shelf)
    assert it.status == "Complete"
    with pytest.raises(Failure, match="Complete"):
        it.ready()


def test_a_cancelled_job_keeps_what_it_did_and_does_no_more() -> None:
    it, shelf = job(), Shelf()
    it.look(after(0.6), shelf)
    it.cancel()
    it.look(after(9), shelf)
    assert (it.status, len(shelf.copied)) == ("Cancelled", 5)
    with pytest.raises(Failure, match="Cancelled"):
        it.cancel()


def test_many_objects_take_their_time() -> None:
    it = job()
    it.tasks = [Task("b", "k")] * 200_000
    assert it.takes == timedelta(seconds=10)
