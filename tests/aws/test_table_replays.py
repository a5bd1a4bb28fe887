"""Erasures replayed on a restored table, through the emulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from table_samples import TABLE

from opsctl import errors
from opsctl.aws import Aws
from opsctl.plan import Progress
from opsctl.sandbox.emulator import Emulator
from opsctl.state import LocalStore
from opsctl.state.cases import Cases
from opsctl.targets.data_map import BucketData, TableData

SINCE = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
NAME = "image_captions-restored-20261124T0315"


@pytest.fixture
def table(door: Aws, emulator: Emulator) -> Iterator[str]:
    """A table restored from a backup in which alice, bob and carol have three items each."""
    with door.changing():
        backup = str(door.table_backups.create(TABLE, "opsctl-replays")["backup"])
        while not door.table_backups.available(TABLE, "opsctl-replays").done:
            emulator.advance(1)
        door.table_restores.from_backup(backup, NAME)
        while not door.table_restores.ready(NAME).done:
            emulator.advance(1)
        yield NAME
        door.table_restores.delete(NAME, backup)
        while door.table_restores.origin(NAME):
            emulator.advance(1)


@pytest.fixture
def cases(door: Aws, tmp_path: Path) -> Cases:
    return Cases(LocalStore(), "local")


def erase(cases: Cases, name: str) -> None:
    cases.open(f"case-{name}", name, [name])
    cases.close(f"case-{name}")


def owners(door: Aws, table: str) -> list[str]:
    items = door.client("dynamodb").scan(TableName=table)["Items"]
    return sorted({it["PK"]["S"].removeprefix("USER#") for it in items})


def replay(door: Aws, table: str) -> dict[str, object]:
    with door.changing():
        return dict(door.table_replays.replay(table, TABLE, SINCE))


def test_whoever_was_erased_since_is_erased_again_and_nobody_else(
    door: Aws, table: str, cases: Cases
) -> None:
    erase(cases, "bob")
    erase(cases, "bo")
    assert replay(door, table) == {"erasures": 2, "items_erased_again": 3}
    assert owners(door, table) == ["alice", "carol"]
    assert door.table_replays.complete(table).done
    assert replay(door, table)["items_erased_again"] == 0


def test_an_erasure_that_is_under_way_counts(door: Aws, table: str, cases: Cases) -> None:
    cases.open("case-bob", "bob", ["bob"])
    assert replay(door, table)["items_erased_again"] == 3
    assert not door.table_replays.lacking(table)
    cases.close("case-bob")
    assert not door.table_replays.lacking(table), "nobody else was erased meanwhile"


def test_a_table_lacks_a_replay_until_it_was_made_and_after_each_further_erasure(
    door: Aws, table: str, cases: Cases
) -> None:
    assert door.table_replays.lacking(table) == "erasures were not replayed on it"
    replay(door, table)
    assert door.table_replays.lacking(table) == ""
    erase(cases, "alice")
    assert door.table_replays.lacking(table) == "somebody was erased after the restore"
    assert not door.table_replays.complete(table).done


def test_a_table_that_was_never_restored_lacks_nothing_where_users_are_erased_in_it(
    door: Aws, cases: Cases
) -> None:
    assert door.table_replays.lacking(TABLE) == ""
    assert "there is no table" in door.table_replays.lacking("no_such_table")
    erase(cases, "alice")
    assert door.table_replays.lacking(TABLE) == ""
    other = Aws(replace(door.target, data=(BucketData("b", "images/{user_id}/"),)))
    assert "the data map does not know it" in other.table_replays.lacking(TABLE)


def test_users_are_found_by_another_attribute_than_the_key(
    door: Aws, table: str, cases: Cases
) -> None:
    by_index = TableData(TABLE, (("user_id", "{user_id}"),), index="by-user")
    other = Aws(replace(door.target, data=(by_index,)))
    erase(cases, "carol")
    assert replay(other, table)["items_erased_again"] == 3
    assert owners(door, table) == ["alice", "bob"]


def test_a_data_map_that_does_not_know_the_table_ends_it(
    door: Aws, table: str, cases: Cases
) -> None:
    other = Aws(replace(door.target, data=(BucketData("b", "images/{user_id}/"),)))
    erase(cases, "bob")
    with pytest.raises(errors.StepFailed, match="does not say whose"):
        replay(other, table)
    assert other.table_replays.lacking(table)


def test_it_says_how_far_it_is_and_stops_when_asked(door: Aws, table: str, cases: Cases) -> None:
    erase(cases, "bob")
    seen: list[Progress] = []
    with door.changing():
        door.table_replays.replay(table, TABLE, SINCE, report=seen.append)
    assert seen[-1].summary == "9 items looked at, 3 deleted"

    def stop(progress: Progress) -> None:
        raise errors.Interrupted("stop")

    erase(cases, "alice")
    with door.changing(), pytest.raises(errors.Interrupted):
        door.table_replays.replay(table, TABLE, SINCE, report=stop)
    assert "alice" in owners(door, table), "nothing was deleted after the wish to stop"
    assert door.table_replays.lacking(table)


def test_what_aws_leaves_unprocessed_is_asked_again(
    door: Aws, table: str, cases: Cases, emulator: Emulator
) -> None:
    erase(cases, "bob")
    rule = {
        "service": "dynamodb",
        "operation": "BatchWriteItem",
        "kind": "unprocessed",
        "share": 0.5,
        "times": 2,
    }
    emulator.front.faults.add(rule)
    assert replay(door, table)["items_erased_again"] == 3
    assert owners(door, table) == ["alice", "carol"]


def test_a_throttled_table_is_asked_again(
    door: Aws, table: str, cases: Cases, emulator: Emulator
) -> None:
    erase(cases, "bob")
    emulator.front.faults.add(
        {
            "service": "dynamodb",
            "operation": "BatchWriteItem",
            "code": "ProvisionedThroughputExceededException",
            "times": 4,
        }
    )
    assert replay(door, table)["items_erased_again"] == 3
    assert owners(door, table) == ["alice", "carol"]


def test_no_name_of_anybody_is_in_what_is_kept(
    door: Aws, table: str, cases: Cases, tmp_path: Path
) -> None:
    erase(cases, "bob")
    replay(door, table)
    kept = (tmp_path / "opsctl" / "restores" / f"{table}.json").read_text()
    assert "bob" not in kept
