"""Restored tables, through the emulator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from table_samples import MADE, TABLE, origin

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.table_restores import is_of_moment
from opsctl.plan import Progress
from opsctl.sandbox.emulator import Emulator


def until_done(emulator: Emulator, look: Callable[[], Progress]) -> Progress:
    for _ in range(100):
        found = look()
        if found.done:
            return found
        emulator.advance(1)
    raise AssertionError("it took too long")


@pytest.fixture
def backup(door: Aws, emulator: Emulator) -> str:
    """The ARN of a usable backup."""
    with door.changing():
        arn = str(door.table_backups.create(TABLE, "opsctl-restores")["backup"])
    until_done(emulator, lambda: door.table_backups.available(TABLE, "opsctl-restores"))
    return arn


def restored(door: Aws, emulator: Emulator, backup: str, name: str) -> str:
    with door.changing():
        door.table_restores.from_backup(backup, name)
    until_done(emulator, lambda: door.table_restores.ready(name))
    return name


def test_a_backup_becomes_a_new_table_that_knows_where_it_came_from(
    door: Aws, emulator: Emulator, backup: str
) -> None:
    name = restored(door, emulator, backup, "restored-1")
    with door.changing():
        assert door.table_restores.from_backup(backup, name) == {"table": name}
    found = door.table_restores.origin(name)
    assert found
    assert (found.backup, found.source, found.ready) == (backup, TABLE, True)
    assert found.moment


def test_another_table_of_that_name_is_never_taken(door: Aws, backup: str) -> None:
    with door.changing(), pytest.raises(errors.Forbidden, match="does not come from this restore"):
        door.table_restores.from_backup(backup, TABLE)


def test_a_moment_becomes_a_new_table(door: Aws, emulator: Emulator) -> None:
    window = door.table_backups.window(TABLE)
    assert window
    at = max(window.latest.replace(microsecond=0), window.earliest)
    with door.changing():
        door.table_restores.of_moment(TABLE, "restored-2", at.isoformat())
    until_done(emulator, lambda: door.table_restores.ready("restored-2"))
    found = door.table_restores.origin("restored-2")
    assert found
    assert (found.backup, found.source) == ("", TABLE)


def test_the_items_of_both_tables_are_counted(door: Aws, emulator: Emulator, backup: str) -> None:
    name = restored(door, emulator, backup, "restored-3")
    found = door.table_restores.compared(name, TABLE, 9)
    assert found.done
    assert found.lines[0].startswith("restored-3 holds 9 items")
    assert found.lines[1].startswith("image_captions holds 9 items now")
    gone = door.table_restores.compared(name, "no_such_table", 0)
    assert len(gone.lines) == 1


def test_an_empty_table_that_should_hold_items_is_told(
    door: Aws, emulator: Emulator, backup: str
) -> None:
    name = restored(door, emulator, backup, "restored-4")
    client = door.client("dynamodb")
    with door.changing():
        for item in client.scan(TableName=name)["Items"]:
            client.delete_item(TableName=name, Key={k: item[k] for k in ("PK", "SK")})
    with pytest.raises(errors.NotVerified, match="is empty"):
        door.table_restores.compared(name, TABLE, 9)


def test_only_the_table_that_was_restored_is_deleted(
    door: Aws, emulator: Emulator, backup: str
) -> None:
    name = restored(door, emulator, backup, "restored-5")
    with door.changing():
        with pytest.raises(errors.Forbidden):
            door.table_restores.delete(name, "another")
        with pytest.raises(errors.Forbidden):
            door.table_restores.delete(TABLE, backup)
        door.table_settings.set_protection(name, True)
        with pytest.raises(errors.Forbidden, match="is protected"):
            door.table_restores.delete(name, backup)
        door.table_settings.set_protection(name, False)
        door.table_restores.delete(name, backup)
        until_done(emulator, lambda: Progress(door.table_restores.origin(name) is None, ""))
        door.table_restores.delete(name, backup)
    assert door.table_restores.origin(name) is None


def test_limits_of_aws_are_told(door: Aws, emulator: Emulator, backup: str) -> None:
    for code, kind in (
        ("LimitExceededException", errors.Unreachable),
        ("BackupInUseException", errors.FactsChanged),
        ("PointInTimeRecoveryUnavailableException", errors.FactsChanged),
        ("TableAlreadyExistsException", errors.Forbidden),
    ):
        emulator.front.faults.add(
            {
                "service": "dynamodb",
                "operation": "RestoreTableFromBackup",
                "code": code,
                # A limit is tried again by the client itself, four times in all.
                "times": 4 if code.startswith("Limit") else 1,
            }
        )
        with door.changing(), pytest.raises(kind):
            door.table_restores.from_backup(backup, "restored-6")


def test_a_table_that_is_gone_while_it_is_waited_for_is_told(door: Aws) -> None:
    with pytest.raises(errors.NotVerified):
        door.table_restores.ready("no_such_table")


def test_a_moment_is_the_same_to_the_second() -> None:
    found = origin(backup="", moment=MADE)
    assert is_of_moment(found, TABLE, MADE)
    assert not is_of_moment(found, TABLE, MADE + timedelta(seconds=1))
    assert not is_of_moment(found, "other", MADE)
    assert not is_of_moment(origin(moment=MADE), TABLE, MADE), "that one is of a backup"
