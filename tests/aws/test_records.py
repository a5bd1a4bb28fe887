"""Where opsctl keeps its own records."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from opsctl.aws import Aws, records
from opsctl.aws.state_bucket import StateBucket
from opsctl.state import LocalStore
from opsctl.targets import Target


def test_without_a_bucket_it_is_this_machine_and_aws_stays_closed(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    def opened() -> Aws:
        raise AssertionError("AWS was opened")

    found = records.store(target, opened)
    assert isinstance(found, LocalStore)
    assert found.where == str(tmp_path / "opsctl")


def test_the_teams_bucket_is_used_where_it_is_named(target: Target) -> None:
    shared = dataclasses.replace(target, state="s3://our-ops/opsctl")
    assert isinstance(records.store(shared, lambda: Aws(shared)), StateBucket)
