"""Completion's memory: for one target and identity, for a moment, for its owner's eyes alone."""

from __future__ import annotations

import json
import os
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from opsctl.cli import completion_memory
from opsctl.cli.completion_memory import FAILURE_KEPT, KEPT, Memory
from opsctl.targets import Target

FOUND = [("42", "image:1.2.0"), ("41", "")]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(tmp_path)}


def aged(memory: Memory, seconds: float) -> None:
    found = json.loads(memory.path.read_text())
    memory.path.write_text(json.dumps({**found, "at": found["at"] - seconds}))


def test_what_was_told_is_offered_again_for_a_moment(
    target: Target, environ: dict[str, str]
) -> None:
    memory = Memory("revisions", target, environ)
    assert memory.recall() is None
    memory.keep(FOUND)
    assert memory.recall() == FOUND
    aged(memory, KEPT + 1)
    assert memory.recall() is None


def test_a_clock_that_was_set_back_makes_nothing_last(
    target: Target, environ: dict[str, str]
) -> None:
    memory = Memory("revisions", target, environ)
    memory.keep(FOUND)
    aged(memory, -3600)
    assert memory.recall() is None


def test_after_a_failure_aws_is_left_alone_for_some_seconds(
    target: Target, environ: dict[str, str]
) -> None:
    memory = Memory("revisions", target, environ)
    memory.keep(None)
    assert memory.recall() == []
    aged(memory, FAILURE_KEPT + 1)
    assert memory.recall() is None


def test_only_the_owner_can_read_it(target: Target, environ: dict[str, str]) -> None:
    memory = Memory("revisions", target, environ)
    memory.keep(FOUND)
    assert stat.S_IMODE(memory.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(memory.path.parent.stat().st_mode) == 0o700
    assert [it.name for it in memory.path.parent.iterdir()] == [memory.path.name]


def test_another_target_kind_or_identity_has_a_memory_of_its_own(
    target: Target, environ: dict[str, str]
) -> None:
    Memory("revisions", target, environ).keep(FOUND)
    for other in (
        Memory("tags", target, environ),
        Memory("revisions", replace(target, account="210987654321"), environ),
        Memory("revisions", replace(target, region="us-east-1"), environ),
        Memory("revisions", replace(target, env="staging"), environ),
        Memory("revisions", target, {**environ, "AWS_PROFILE": "other"}),
    ):
        assert other.recall() is None
    assert Memory("revisions", replace(target, explicit=True), environ).recall() == FOUND


@pytest.mark.parametrize("content", ["", "{", "[]", '{"at": 1}', '{"at": "x", "values": []}'])
def test_a_damaged_memory_is_none(content: str, target: Target, environ: dict[str, str]) -> None:
    memory = Memory("revisions", target, environ)
    memory.keep(FOUND)
    memory.path.write_text(content)
    assert memory.recall() is None


def test_a_folder_that_cannot_be_written_is_no_error(target: Target, tmp_path: Path) -> None:
    (tmp_path / "opsctl").write_text("a file stands where the folder should")
    memory = Memory("revisions", target, {"XDG_CACHE_HOME": str(tmp_path)})
    memory.keep(FOUND)
    assert memory.recall() is None


def test_what_is_a_day_old_is_tidied_away(target: Target, environ: dict[str, str]) -> None:
    old = Memory("tags", target, environ)
    old.keep(FOUND)
    yesterday = time.time() - completion_memory.LEFTOVERS - 1
    os.utime(old.path, (yesterday, yesterday))
    Memory("revisions", target, environ).keep(FOUND)
    assert not old.path.exists()


def test_a_relative_cache_folder_does_not_count() -> None:
    there = Path.home() / ".cache/opsctl/completion"
    assert completion_memory.folder({"XDG_CACHE_HOME": "here"}) == there
