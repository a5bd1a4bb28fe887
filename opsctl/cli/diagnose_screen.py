"""What `opsctl diagnose` shows: the likeliest cause first, each with what to type next."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from opsctl.reports.diagnosis import Diagnosis, Finding
from opsctl.terminal.blocks import Block, Words, bad, bold, dim, good, warn

_MARKS = {"critical": ("✗", bad), "warning": ("!", warn), "notice": ("·", dim)}


def screen(found: Diagnosis, width: int = 0) -> Iterator[Block]:
    """A quiet line where nothing is wrong; else each finding, and then what was not looked at.

    `width` breaks lines between words, for a terminal; 0 leaves them whole, for a pipe.
    """
    if not found.findings:
        yield Words((good("Nothing found"), f" since {found.since:%Y-%m-%d %H:%M:%S} UTC."))
    for number, it in enumerate(found.findings):
        if number:
            yield ""
        yield from _finding(it, width)
    for reason, parts in _by_reason(found.unknown).items():
        yield Words((warn("  ? "), f"not looked at: {', '.join(parts)}: {reason}"))
    if not found.findings or found.unknown:
        yield dim(f"Examined: {', '.join(found.examined) or 'nothing'}")


def _broken(line: str, width: int) -> list[str]:
    return textwrap.wrap(line, width, break_long_words=False) if width > 20 else [line]


def _by_reason(unknown: tuple[str, ...]) -> dict[str, list[str]]:
    """The parts that were not looked at for the same reason stand together."""
    parts: dict[str, list[str]] = {}
    for it in unknown:
        part, _, reason = it.partition(": ")
        parts.setdefault(reason, []).append(part)
    return parts


def _finding(it: Finding, width: int) -> Iterator[Block]:
    mark, paint = _MARKS[it.severity]
    yield Words((paint(f"{mark} {it.severity.upper()}  "), bold(it.title)))
    if it.after:
        yield Words(("    ", warn(it.after)))
    for line in it.evidence:
        first, *more = _broken(line, width - 6)
        yield Words((dim("    - "), first))
        yield from (Words(("      ", each)) for each in more)
    yield from (Words(("    ", each)) for each in _broken(it.likely, width - 4))
    yield Words(("    → ", bold(it.next_command)))
