"""moto's own methods, kept from before the sandbox put its own in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

_KEPT: dict[tuple[type, str], Any] = {}


def install(_: World) -> None:
    """Nothing to put on moto: the other parts use this one."""


def original(owner: type, name: str) -> Any:
    """moto's own `owner.name`, however often the sandbox was installed since.

    Raises AttributeError when moto has none: the start-up self-check then names it.
    """
    return _KEPT.setdefault((owner, name), getattr(owner, name))
