"""What opsctl keeps beside a backup of a table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from table_samples import NEW, TABLE

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.saved_settings import Replayed

DONE = Replayed(NEW, "2026-11-24T04:00:00+00:00", "s", "a", 1, 3, "d")


def test_what_is_saved_is_read_again_with_who_saved_it(door: Aws) -> None:
    door.sts.caller()
    with door.changing():
        answer = door.saved_settings.save(TABLE, "opsctl-1")
    found = door.saved_settings.saved("opsctl-1", TABLE)
    assert found
    assert found.settings == door.table_settings.read(TABLE)
    assert found.caller.startswith("arn:aws:")
    assert answer["settings"] == "backups/opsctl-1.json"
    assert len(str(answer["digest"])) == 64


def test_saving_again_replaces_it(door: Aws) -> None:
    door.saved_settings.save(TABLE, "opsctl-1")
    first = door.saved_settings.saved("opsctl-1", TABLE)
    door.saved_settings.save(TABLE, "opsctl-1")
    second = door.saved_settings.saved("opsctl-1", TABLE)
    assert first
    assert second
    assert second.at > first.at


def test_a_record_of_another_table_is_none_of_this_one(door: Aws) -> None:
    door.saved_settings.save(TABLE, "opsctl-1")
    assert door.saved_settings.saved("opsctl-1", "other") is None
    door.saved_settings.forget("opsctl-1", "other")
    assert door.saved_settings.saved("opsctl-1", TABLE)
    for _ in range(2):
        door.saved_settings.forget("opsctl-1", TABLE)
    assert door.saved_settings.saved("opsctl-1", TABLE) is None


def test_a_broken_record_is_told_with_its_place(door: Aws, tmp_path: Path) -> None:
    (tmp_path / "opsctl" / "backups").mkdir(parents=True)
    (tmp_path / "opsctl" / "backups" / "opsctl-1.json").write_text("{")
    with pytest.raises(errors.Forbidden, match=r"opsctl-1\.json"):
        door.saved_settings.saved("opsctl-1", TABLE)


def test_a_replay_is_noted_and_the_latest_counts(door: Aws) -> None:
    assert door.saved_settings.replayed(NEW) is None
    door.saved_settings.note_replayed(DONE)
    door.saved_settings.note_replayed(replace(DONE, cases=2))
    assert door.saved_settings.replayed(NEW) == replace(DONE, cases=2)
