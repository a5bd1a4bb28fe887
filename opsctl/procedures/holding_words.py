"""Holdings in words: counts, sizes, and what lasts until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from opsctl.aws.erasure_work import UNITS
from opsctl.aws.residuals import Residual

if TYPE_CHECKING:
    from opsctl.procedures.holdings import Holding

_ONE = {
    "objects": "object",
    "versions": "version",
    "markers": "delete marker",
    "uploads": "unfinished upload",
    "items": "item",
}


def counted(counts: Mapping[str, int]) -> str:
    """`3 objects, 7 versions, 20.1 KiB`; `nothing`."""
    found = [_many(counts[unit], _ONE[unit]) for unit in UNITS if counts.get(unit)]
    if not found:
        return "nothing"
    return ", ".join([*found, *([sized(counts["bytes"])] if counts.get("bytes") else [])])


def size(stores: Iterable[Holding]) -> str:
    """How much all of it is."""
    return sized(sum(it.counts.get("bytes", 0) for it in stores))


def sized(number: float) -> str:
    """Bytes as people read them."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "bytes" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"


def lasting(it: Residual) -> str:
    """What stays where, until when and why."""
    until = f"until {it.until[:16].replace('T', ' ')} UTC at the latest" if it.until else "no end"
    return f"{it.what} of {it.store}: {until} ({it.basis})"


def _many(number: int, one: str) -> str:
    return f"{number:,} {one}" + "s" * (number != 1)
