"""Backups of the table: what there is, who made it, who was erased since."""

from __future__ import annotations

from table_samples import TABLE

from opsctl.aws import Aws
from opsctl.reports import table_backups
from opsctl.sandbox.emulator import Emulator
from opsctl.state import LocalStore
from opsctl.state.cases import Cases


def made(door: Aws, emulator: Emulator, name: str, *, saved: bool = True) -> None:
    with door.changing():
        if saved:
            door.saved_settings.save(TABLE, name)
        door.table_backups.create(TABLE, name)
    while not door.table_backups.available(TABLE, name).done:
        emulator.advance(1)


def test_each_backup_tells_who_made_it(door: Aws, emulator: Emulator) -> None:
    arn = door.sts.caller().arn
    made(door, emulator, "opsctl-report")
    made(door, emulator, "by-hand", saved=False)
    found = {it.name: it for it in table_backups.gather(door).backups}
    assert found["opsctl-report"].made_by == arn
    assert found["opsctl-report"].settings
    assert found["by-hand"].made_by, "CloudTrail knows"
    assert not found["by-hand"].settings


def test_the_window_of_recovery_is_told(door: Aws) -> None:
    found = table_backups.gather(door)
    assert found.recovery
    assert found.recovery.days == 35


def test_erasures_since_are_counted_without_a_name(door: Aws, emulator: Emulator) -> None:
    made(door, emulator, "opsctl-before")
    cases = Cases(LocalStore(), "local")
    cases.open("case-1", "alice", ["alice"])
    cases.close("case-1")
    found = {it.name: it for it in table_backups.gather(door).backups}
    assert found["opsctl-before"].erased == 1
    assert "alice" not in str(found)


def test_without_cloudtrail_the_rest_is_shown(door: Aws, emulator: Emulator) -> None:
    made(door, emulator, "by-nobody", saved=False)
    emulator.front.faults.add(
        {
            "service": "cloudtrail",
            "operation": "LookupEvents",
            "code": "AccessDeniedException",
            "times": 1,
        }
    )
    found = table_backups.gather(door)
    assert "who made them" in found.unknown[0]
    assert next(it for it in found.backups if it.name == "by-nobody").made_by == ""
