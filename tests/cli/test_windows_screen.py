"""The calendar on the screen: now first, then what comes, then what it means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from opsctl.cli import windows_screen
from opsctl.lock import LockRecord
from opsctl.reports import windows
from opsctl.state.processes import Process
from opsctl.targets import Target
from opsctl.targets.freezes import Freeze
from opsctl.terminal.json_output import plain
from opsctl.terminal.layout import lines

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SCREEN = """\
CLOSED  prod, 2026-11-26 12:00 UTC: opens 2026-11-29 02:00 UTC (in 2d14h)

Windows
  Sundays 02:00-04:00 UTC

Next
  2026-11-29 02:00 UTC (in 2d14h) until 04:00 UTC
  2026-12-06 02:00 UTC (in 9d14h) until 04:00 UTC
  2026-12-13 02:00 UTC (in 16d14h) until 04:00 UTC

Freezes
  2026-12-24 00:00 to 2026-12-28 00:00 UTC (Christmas)

Changes now
  mild      allowed  (restart, scale up, silence, block an address)
  moderate  refused  (deploy, rollback, rotate, scale down)
  severe    refused  (erase a user, scale to 0, prune)
In an emergency: --emergency --reason TEXT; 1h notice is owed to those who use prod."""
CHRISTMAS = Freeze(
    datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 28, tzinfo=UTC), "Christmas"
)
RECORD = LockRecord(
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


def shown(target: Target, now: datetime = NOW, lock: LockRecord | None = None) -> str:
    found = windows.look(target, lambda: now, lambda: lock)
    return "\n".join(lines(windows_screen.outlook(found), colour=False))


def kept(target: Target) -> Target:
    return replace(
        target,
        protected=True,
        windows=("Sundays 02:00-04:00 UTC",),
        freezes=(CHRISTMAS,),
    )


def test_the_whole_screen(target: Target) -> None:
    assert shown(kept(target)) == SCREEN


def test_an_opening_that_lasts_is_now(target: Target) -> None:
    text = shown(kept(target), datetime(2026, 11, 29, 3, tzinfo=UTC))
    assert text.startswith("OPEN  prod, 2026-11-29 03:00 UTC: until 2026-11-29 04:00 UTC (in 1h)")
    assert "  now until 04:00 UTC" in text
    assert "emergency" not in text


def test_an_opening_over_midnight_names_the_day_of_its_end(target: Target) -> None:
    late = replace(target, protected=True, windows=("Sat 23:00-01:00 UTC",))
    assert "  2026-11-28 23:00 UTC (in 2d11h) until 2026-11-29 01:00 UTC" in shown(late)
    always = replace(target, protected=True, windows=("Daily 00:00-24:00 UTC",))
    assert "  now, for good" in shown(always)


def test_a_freeze_is_frozen_and_its_reason_is_told(target: Target) -> None:
    text = shown(kept(target), datetime(2026, 12, 24, 12, tzinfo=UTC))
    assert text.startswith("FROZEN  prod, 2026-12-24 12:00 UTC: until 2026-12-28 00:00 UTC")


def test_a_lock_is_told_with_its_reason_and_without_its_token(target: Target) -> None:
    text = shown(kept(target), lock=RECORD)
    assert text.startswith("FROZEN  prod, 2026-11-26 12:00 UTC\n")
    assert "The lock is frozen by ana@laptop until it is released: sale day" in text
    assert "mild      locked" in text
    found = windows.look(kept(target), lambda: NOW, lambda: RECORD)
    document = plain(windows_screen.to_json(found))
    assert isinstance(document, dict)
    assert "t0ken" not in str(document)
    assert document["until"] == "2026-11-29T02:00:00.000Z"
    held = shown(kept(target), lock=replace(RECORD, kind="run", until=NOW + timedelta(minutes=1)))
    assert "The lock is held by ana@laptop until 2026-11-26 12:01 UTC" in held


def test_without_windows_it_says_how_to_have_some(target: Target) -> None:
    assert "names no windows of prod" in shown(replace(target, protected=True))
    assert "is not protected" in shown(target)


def test_what_was_not_looked_at_is_said(target: Target) -> None:
    found = replace(windows.look(target, lambda: NOW, lambda: None), not_looked_at="no network")
    text = "\n".join(lines(windows_screen.outlook(found), colour=False))
    assert "lock not looked at: no network" in text
    assert "allowed" not in text
