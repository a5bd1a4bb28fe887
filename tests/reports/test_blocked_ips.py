"""Blocked addresses, through the emulator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from opsctl.aws import Aws
from opsctl.reports import blocked_ips
from opsctl.sandbox.seed_network import BLOCKED, BLOCKED_V6


@pytest.fixture
def door(local: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """The emulator, with records of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return Aws(local.target)


def test_both_sets_are_shown_with_the_rule_that_uses_them(door: Aws) -> None:
    four, six = blocked_ips.gather(door).sets
    assert {it.range for it in four.blocks} == set(BLOCKED)
    assert {it.range for it in six.blocks} == set(BLOCKED_V6)
    assert all(use.blocks for it in (four, six) for use in it.uses or ())
    assert four.uses
    assert four.description


def test_what_is_over_is_told_and_what_is_not_is_not(door: Aws) -> None:
    now = datetime.now(UTC)
    past, future = (now + timedelta(hours=hours) for hours in (-1, 1))
    door.block_expiries.record(
        {
            BLOCKED[0]: past.isoformat(),
            BLOCKED[1]: future.isoformat(),
            "192.0.2.1/32": past.isoformat(),
        }
    )
    (over,) = blocked_ips.gather(door).expired
    assert (over.range, over.until, over.expired) == (BLOCKED[0], past, True)
    assert blocked_ips.expired(door) == (over,)


def test_where_nothing_is_over_aws_is_not_asked(door: Aws) -> None:
    assert blocked_ips.expired(door) == ()
    assert door.requests == []


def test_a_set_that_is_not_there_is_told_beside_the_other(door: Aws) -> None:
    import dataclasses

    other = Aws(dataclasses.replace(door.target, blocked_ips_v6="nothing"))
    four, six = blocked_ips.gather(other).sets
    assert four.blocks
    assert "nothing" in six.problem
    assert six.blocks == ()
