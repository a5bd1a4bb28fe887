"""What `opsctl diagnose` shows: the likeliest cause first, each with what to type next."""

from __future__ import annotations

from collections.abc import Iterator

from opsctl.reports.diagnosis import Diagnosis, Finding
from opsctl.terminal.blocks import Block, Words, bad, bold, dim, good, warn

_MARKS = {"critical": ("✗", bad), "warning": ("!", warn), "notice": ("·", dim)}


def screen(found: Diagnosis) -> Iterator[Block]:
    """A quiet line where nothing is wrong; else each finding, and then what was not looked at."""
    if not found.findings:
        yield Words((good("Nothing found"), f" since {found.since:%Y-%m-%d %H:%M:%S} UTC."))
    for number, it in enumerate(found.findings):
        if number:
            yield ""
        yield from _finding(it)
    for reason, parts in _by_reason(found.unknown).items():
        yield Words((warn("  ? "), f"not looked at: {', '.join(parts)}: {reason}"))
    if not found.findings or found.unknown:
        yield dim(f"Examined: {', '.join(found.examined) or 'nothing'}")


def _by_reason(unknown: tuple[str, ...]) -> dict[str, list[str]]:
    """The parts that were not looked at for the same reason stand together."""
    parts: dict[str, list[str]] = {}
    for it in unknown:
        part, _, reason = it.partition(": ")
        parts.setdefault(reason, []).append(part)
    return parts


def _finding(it: Finding) -> Iterator[Block]:
    mark, paint = _MARKS[it.severity]
    yield Words((paint(f"{mark} {it.severity.upper()}  "), bold(it.title)))
    if it.after:
        yield Words(("    ", warn(it.after)))
    for line in it.evidence:
        yield Words((dim("    - "), line))
    yield Words(("    ", it.likely))
    yield Words(("    → ", bold(it.next_command)))
