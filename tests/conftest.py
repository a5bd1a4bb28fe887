"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fakes import Stage
from samples import ACCOUNT

from opsctl.aws import Aws
from opsctl.targets import Target, default_names

if TYPE_CHECKING:
    from opsctl.sandbox.emulator import Emulator


@pytest.fixture
def target() -> Target:
    """`prod` in an account of nobody."""
    return Target(env="prod", account=ACCOUNT, region="eu-west-1", **default_names("prod", ACCOUNT))


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """The sandbox's AWS in this process, seeded; it stands still but for `advance`."""
    from opsctl.sandbox.emulator import emulator as running

    with running() as made:
        yield made


@pytest.fixture(scope="module")
def local(emulator: Emulator) -> Aws:
    """The door to the emulator."""
    names = {**default_names("local", ACCOUNT), "bucket": emulator.world.names.bucket}
    return Aws(
        Target(
            env="local",
            account=ACCOUNT,
            region="us-east-1",
            endpoint_url=emulator.endpoint_url,
            **names,
        )
    )


@pytest.fixture
def stage(tmp_path: Path, target: Target) -> Stage:
    return Stage(tmp_path, target)
