"""Numbers over time as one line of small bars."""

from __future__ import annotations

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"
NOTHING = "·"


def sparkline(values: Sequence[float | None], columns: int) -> str:
    """The newest values, one column each, from zero to the largest; `·` where there is none.

    A value that is not zero is never drawn as if it were.
    """
    shown = list(values)[-columns:] if columns > 0 else []
    top = max((it for it in shown if it is not None), default=0.0)
    return "".join(_bar(it, top) for it in shown)


def _bar(value: float | None, top: float) -> str:
    if value is None:
        return NOTHING
    if value <= 0 or top <= 0:
        return BARS[0]
    return BARS[max(1, min(len(BARS) - 1, round(value / top * (len(BARS) - 1))))]
