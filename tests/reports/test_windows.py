"""Windows: how an environment stands, and what that means for each danger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from opsctl.errors import Unreachable
from opsctl.lock import LockRecord
from opsctl.reports import windows
from opsctl.reports.windows import Outlook
from opsctl.state.processes import Process
from opsctl.targets import Target
from opsctl.targets.freezes import Freeze

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
FREEZE = LockRecord(
    env="prod",
    account="1",
    kind="freeze",
    token="t0ken",
    owner="ana@laptop",
    caller="",
    command="lock take",
    reason="sale day",
    since=NOW,
    until=None,
    process=Process("laptop", 17, "then"),
)


@pytest.fixture
def kept(target: Target) -> Target:
    return replace(target, protected=True, windows=("Sundays 02:00-04:00 UTC",))


def look(target: Target, now: datetime = NOW, lock: LockRecord | None = None) -> Outlook:
    return windows.look(target, lambda: now, lambda: lock)


def test_a_closed_environment_says_when_it_opens_and_what_waits(kept: Target) -> None:
    it = look(kept)
    assert (it.state, it.until) == ("closed", SUNDAY)
    assert len(it.openings) == 3
    assert it.changes == {"mild": "allowed", "moderate": "refused", "severe": "refused"}


def test_an_open_one_says_until_when(kept: Target) -> None:
    it = look(kept, SUNDAY)
    assert (it.state, it.until) == ("open", SUNDAY + timedelta(hours=2))
    assert set(it.changes.values()) == {"allowed"}


def test_freezes_to_come_are_told_and_those_that_are_over_are_not(kept: Target) -> None:
    over = Freeze(NOW - timedelta(days=2), NOW, "over")
    now = Freeze(NOW, NOW + timedelta(days=1), "now")
    it = look(replace(kept, freezes=(over, now)))
    assert (it.state, it.freezes) == ("frozen", (now,))


def test_what_is_not_protected_is_open(kept: Target) -> None:
    it = look(replace(kept, protected=False))
    assert (it.state, it.until) == ("open", None)


def test_a_freeze_of_the_lock_stops_every_change_and_a_run_does_not(kept: Target) -> None:
    assert set(look(kept, SUNDAY, FREEZE).changes.values()) == {"locked"}
    run = replace(FREEZE, kind="run")
    assert set(look(kept, SUNDAY, run).changes.values()) == {"allowed"}


def test_records_that_cannot_be_read_are_said_and_the_rest_is_told(kept: Target) -> None:
    def broken() -> LockRecord | None:
        raise Unreachable("the bucket does not answer")

    it = windows.look(kept, lambda: SUNDAY, broken)
    assert it.not_looked_at == "the bucket does not answer"
    assert it.lock is None
    assert it.windows == kept.windows
    assert it.changes["mild"] == "unknown"
    assert "allowed" not in it.changes.values()
