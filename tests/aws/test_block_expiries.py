"""Until when an address is meant to be blocked."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.block_expiries import Expiry
from opsctl.targets import Target

NOON = "2026-11-23T12:00:00+00:00"
ONE = "2026-11-23T13:00:00+00:00"


@pytest.fixture
def door(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """An Aws whose records lie in a folder of their own; no AWS is asked."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return Aws(target)


def test_nothing_is_recorded_at_first(door: Aws) -> None:
    assert door.block_expiries.recorded() == ()


def test_what_is_recorded_is_read_again_the_earliest_first(door: Aws) -> None:
    door.block_expiries.record({"203.0.113.7/32": ONE})
    door.block_expiries.record({"2001:db8::/48": NOON})
    assert door.block_expiries.recorded() == (
        Expiry("2001:db8::/48", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        Expiry("203.0.113.7/32", datetime(2026, 11, 23, 13, tzinfo=UTC)),
    )


def test_none_forgets_and_leaves_the_others(door: Aws) -> None:
    door.block_expiries.record({"203.0.113.7/32": ONE, "203.0.113.8/32": ONE})
    door.block_expiries.record({"203.0.113.7/32": None, "203.0.113.9/32": None})
    assert [it.range for it in door.block_expiries.recorded()] == ["203.0.113.8/32"]


def test_two_writers_at_once_lose_nothing(door: Aws) -> None:
    names = [f"203.0.113.{number}/32" for number in range(8)]
    threads = [
        threading.Thread(target=door.block_expiries.record, args=({name: ONE},)) for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(it.range for it in door.block_expiries.recorded()) == names


def test_it_survives_the_process_and_is_of_one_environment(door: Aws, target: Target) -> None:
    import dataclasses

    door.block_expiries.record({"203.0.113.7/32": ONE})
    assert len(Aws(target).block_expiries.recorded()) == 1
    other = Aws(dataclasses.replace(target, env="stage"))
    assert other.block_expiries.recorded() == ()


def test_a_record_that_cannot_be_read_is_named_and_not_overwritten(
    door: Aws, tmp_path: Path
) -> None:
    door.block_expiries.record({"203.0.113.7/32": ONE})
    file = tmp_path / "opsctl" / "blocks" / "prod.json"
    file.write_text("torn")
    with pytest.raises(errors.Forbidden, match=r"blocks/prod\.json"):
        door.block_expiries.record({"203.0.113.8/32": ONE})
    assert file.read_text() == "torn"
