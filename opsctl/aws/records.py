"""Where opsctl keeps its own records of a target: on this machine, or in the team's bucket."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsctl.aws import Aws
    from opsctl.state import Store
    from opsctl.targets import Target


def store(target: Target, aws: Callable[[], Aws]) -> Store:
    """The store that `state` of opsctl.toml names. AWS is opened only where it is a bucket."""
    if not target.state:
        from opsctl.state import LocalStore

        return LocalStore()
    from opsctl.aws.state_bucket import StateBucket

    return StateBucket(target.state, aws())
