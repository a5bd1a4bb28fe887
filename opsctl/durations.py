"""Durations as people write them: `90s`, `10m`, `1h30m`, `2d`, and ISO 8601's `PT15M`."""

from __future__ import annotations

import re

FORM = "a duration like 90s, 10m, 1h30m, 2d or PT15M"
"""The expected form, for messages and documentation."""

_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_PLAIN = re.compile(r"(?:(?P<d>\d+)d)?(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+(?:\.\d+)?)s)?")
_ISO = re.compile(
    r"P(?:(?P<d>\d+)D)?(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?"
)


def parse(text: str) -> float:
    """Seconds. Raises ValueError, naming the form, for anything else and for no time at all.

    A bare number is refused: `10` could be seconds or minutes.
    """
    written = text.strip()
    found = _PLAIN.fullmatch(written.lower()) or _ISO.fullmatch(written.upper())
    parts = {unit: value for unit, value in found.groupdict().items() if value} if found else {}
    seconds = sum(float(value) * _SECONDS[unit] for unit, value in parts.items())
    if seconds <= 0:
        raise ValueError(f"{text!r} is not {FORM}")
    return seconds


def text(seconds: float) -> str:
    """The shortest way to write a duration, in whole seconds: `1h30m`; `parse` reads it back."""
    left = max(1, round(seconds))
    written = ""
    for unit, size in _SECONDS.items():
        count, left = divmod(left, size)
        written += f"{count}{unit}" if count else ""
    return written
