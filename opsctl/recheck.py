"""What changed between two looks, in words: why a plan is no longer the right one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

MOST = 3
LONGEST = 90


def told(before: Any, after: Any) -> str:
    """The first differences of two facts, as `service.desired: 2 → 3`; "" where they are equal."""
    found = list(_differences(before, after, ""))
    more = f"; and {len(found) - MOST} more" if len(found) > MOST else ""
    return "; ".join(found[:MOST]) + more


def _differences(before: Any, after: Any, path: str) -> Iterator[str]:
    if before == after:
        return
    if type(before) is type(after) and dataclasses.is_dataclass(before):
        for each in dataclasses.fields(before):
            if each.compare:
                inner = f"{path}.{each.name}".lstrip(".")
                yield from _differences(
                    getattr(before, each.name), getattr(after, each.name), inner
                )
    elif isinstance(before, tuple) and isinstance(after, tuple):
        for number, (old, new) in enumerate(zip_longest(before, after), 1):
            yield from _differences(old, new, f"{path}[{number}]")
    else:
        yield f"{path or 'it'}: {_short(before)} → {_short(after)}"


def _short(value: Any) -> str:
    if dataclasses.is_dataclass(value):
        return type(value).__name__
    text = "none" if value in (None, "") else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
