"""What moto lacks or gets wrong, added to it: a file per part, each with `install(world)`."""

from __future__ import annotations

import importlib
import importlib.metadata
import pkgutil
from typing import TYPE_CHECKING

from opsctl.errors import BadConfig

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

PINNED = "5.2.5"


def install(world: World) -> None:
    """Add every part to moto. Raises BadConfig when it is not the release they are for."""
    check_moto()
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}").install(world)


def check_moto() -> None:
    """The sandbox leans on moto's internals, so only the pinned release will do."""
    found = importlib.metadata.version("moto")
    if found != PINNED:
        raise BadConfig(
            f"The sandbox needs moto {PINNED}, and {found} is installed.",
            hint="pip install 'opsctl[sandbox]'",
        )
