"""XML as AWS writes it: texts that XML cannot hold are written as character references."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_SPECIAL = re.compile(r'[&<>"\x00-\x1f\x7f]')


def install(_: World) -> None:
    """Nothing to put on moto: the other parts use this one."""


def text(value: str) -> str:
    """A text between two tags."""
    return _SPECIAL.sub(lambda it: _ESCAPED.get(it[0]) or f"&#x{ord(it[0]):x};", value)


def element(name: str, value: str) -> str:
    """`<name>value</name>`."""
    return f"<{name}>{text(value)}</{name}>"
