from dataclasses import replace
from datetime import UTC, datetime, timedelta

from opsctl.cli.lock_screen import holder
from opsctl.lock.lease import LockRecord
from opsctl.state.processes import Process
from opsctl.terminal.layout import lines

NOW = datetime(2026, 11, 23, 18, 55, tzinfo=UTC)
FREEZE = LockRecord(
    env="prod",
    account="1",
    kind="freeze",
    token="t0ken",
    owner="ana@laptop",
    caller="",
    command="lock take",
    reason="sale day",
    since=NOW - timedelta(hours=2),
    until=None,
    process=Process("laptop", 17, "then"),
)


def text(record: LockRecord | None) -> str:
    return "\n".join(lines(holder(record, "prod", NOW), colour=False))


def test_nobody_is_said_in_a_line() -> None:
    assert text(None) == "free  nobody holds prod"


def test_a_freeze_is_told_with_who_why_since_and_until() -> None:
    shown = text(FREEZE)
    assert shown.startswith("frozen  prod (account 1)")
    for told in ("ana@laptop", "sale day", "2026-11-23T16:55:00Z (2h ago)", "until it is released"):
        assert told in shown
    assert "t0ken" not in shown


def test_a_run_is_told_with_its_command_and_its_end() -> None:
    run = replace(FREEZE, kind="run", command="deploy v2", until=NOW + timedelta(seconds=60))
    shown = text(run)
    assert shown.startswith("locked by a run")
    assert "opsctl deploy v2" in shown
    assert "2026-11-23T18:56:00Z" in shown
