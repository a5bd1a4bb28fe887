"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import Stage
from samples import ACCOUNT

from opsctl.targets import Target, default_names


@pytest.fixture
def target() -> Target:
    """`prod` in an account of nobody."""
    return Target(env="prod", account=ACCOUNT, region="eu-west-1", **default_names("prod", ACCOUNT))


@pytest.fixture
def stage(tmp_path: Path, target: Target) -> Stage:
    return Stage(tmp_path, target)
