"""Pages of a list, by maxResults and nextToken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from opsctl.sandbox import refusals

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

T = TypeVar("T")


def install(_: World) -> None:
    """Nothing to put on moto: the other parts use this one."""


def page(items: list[T], request: dict[str, Any], limit: int = 100) -> tuple[list[T], str | None]:
    """One page and the token of the next; the token is the index at which that begins."""
    token = request.get("nextToken")
    if token and not str(token).isdigit():
        raise refusals.invalid("Invalid token.")
    start = int(token or 0)
    end = start + int(request.get("maxResults") or limit)
    return items[start:end], str(end) if end < len(items) else None
