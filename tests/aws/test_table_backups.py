"""Backups of tables, through the emulator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from table_samples import MADE, TABLE

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.table_backups import NAME, TableBackups, family
from opsctl.sandbox.emulator import Emulator


def made(aws: Aws, emulator: Emulator, name: str) -> str:
    with aws.changing():
        answer = aws.table_backups.create(TABLE, name)
    for _ in range(100):
        if aws.table_backups.available(TABLE, name).done:
            break
        emulator.advance(1)
    return str(answer["backup"])


def test_a_backup_is_made_once_however_often_it_is_asked_for(door: Aws, emulator: Emulator) -> None:
    first = made(door, emulator, "opsctl-once")
    assert made(door, emulator, "opsctl-once") == first
    (found,) = door.table_backups.named(TABLE, "opsctl-once")
    assert (found.arn, found.kind, found.table, found.usable) == (first, "USER", TABLE, True)


def test_the_newest_comes_first(door: Aws, emulator: Emulator) -> None:
    made(door, emulator, "opsctl-older")
    made(door, emulator, "opsctl-newer")
    names = [it.name for it in door.table_backups.listed(TABLE)]
    assert names.index("opsctl-newer") < names.index("opsctl-older")


def test_a_backup_tells_of_its_table(door: Aws, emulator: Emulator) -> None:
    found, features = door.table_backups.described(made(door, emulator, "opsctl-told"))
    assert (found.name, found.table) == ("opsctl-told", TABLE)
    assert features.items > 0
    assert features.keys == {"PK": "HASH", "SK": "RANGE"}


def test_a_deleted_backup_is_gone_with_what_was_saved_beside_it(
    door: Aws, emulator: Emulator
) -> None:
    arn = made(door, emulator, "opsctl-gone")
    with door.changing():
        door.saved_settings.save(TABLE, "opsctl-gone")
        door.table_backups.delete(arn, "opsctl-gone", TABLE)
        door.table_backups.delete(arn, "opsctl-gone", TABLE)
    assert door.table_backups.named(TABLE, "opsctl-gone") == ()
    assert door.saved_settings.saved("opsctl-gone", TABLE) is None
    with pytest.raises(errors.NotVerified):
        door.table_backups.available(TABLE, "opsctl-gone")


def test_no_other_backup_is_deleted_than_the_one_of_that_name(
    door: Aws, emulator: Emulator
) -> None:
    arn = made(door, emulator, "opsctl-kept")
    with door.changing(), pytest.raises(errors.Forbidden):
        door.table_backups.delete(arn, "another", TABLE)
    assert door.table_backups.named(TABLE, "opsctl-kept")


def test_the_window_of_recovery_is_read(door: Aws) -> None:
    window = door.table_backups.window(TABLE)
    assert window
    assert window.earliest <= window.latest
    assert window.days == 35
    with pytest.raises(errors.NotFound):
        door.table_backups.window("no_such_table")


def test_a_busy_table_and_a_full_account_are_told(door: Aws, emulator: Emulator) -> None:
    for code, kind in (
        ("BackupInUseException", errors.FactsChanged),
        ("LimitExceededException", errors.Unreachable),
    ):
        # A limit is tried again by the client itself, four times in all.
        times = 4 if code.startswith("Limit") else 1
        rule = {"service": "dynamodb", "operation": "CreateBackup", "code": code, "times": times}
        emulator.front.faults.add(rule)
        with door.changing(), pytest.raises(kind):
            door.table_backups.create(TABLE, f"opsctl-{code}")


def test_tables_that_were_restored_are_kin_of_their_source() -> None:
    assert family("image_captions-restored-20261124T0315") == TABLE
    assert family(f"{TABLE}-restored-20261124T0315-restored-20261125T031500") == TABLE
    assert family("other") == "other"


@pytest.mark.parametrize("name", ["ab", "a b", "a/b", "ä" * 3, "x" * 256, ""])
def test_what_dynamodb_does_not_take_is_no_name(name: str) -> None:
    assert not NAME.fullmatch(name)


@dataclass
class Paged:
    """A client whose pages may be empty, and the last of which may name a last backup."""

    asked: list[dict[str, Any]] = field(default_factory=list)

    def list_backups(self, **words: Any) -> dict[str, Any]:
        self.asked.append(words)
        number = len(self.asked)
        it = {
            "BackupArn": f"arn:aws:dynamodb:r:1:table/{TABLE}/backup/{number}",
            "BackupName": f"n{number}",
            "TableName": TABLE,
            "BackupStatus": "AVAILABLE",
            "BackupType": "SYSTEM",
            "BackupCreationDateTime": MADE,
        }
        more = {"LastEvaluatedBackupArn": f"{number}"} if number < 3 else {}
        return {"BackupSummaries": [] if number == 2 else [it], **more}


@dataclass
class PagedDoor:
    paged: Paged = field(default_factory=Paged)

    def client(self, service: str) -> Paged:
        return self.paged


def test_every_page_is_read_and_every_kind_is_asked_for() -> None:
    door: Any = PagedDoor()
    assert [it.name for it in TableBackups(door).listed(TABLE)] == ["n3", "n1"]
    assert {it["BackupType"] for it in door.paged.asked} == {"ALL"}
    assert [it.get("ExclusiveStartBackupArn") for it in door.paged.asked] == [None, "1", "2"]
