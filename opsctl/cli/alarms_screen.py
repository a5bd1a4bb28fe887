"""What `alarms list` shows."""

from __future__ import annotations

from collections.abc import Iterator

from opsctl.reports.alarms import Alarms, AlarmStatus
from opsctl.terminal.blocks import Block, Styled, Table, Words, bad, dim, good, warn


def screen(found: Alarms, env: str) -> Iterator[Block]:
    """The verdict, what is overdue, and a line for each alarm with its reason below it."""
    yield _verdict(found)
    for it in found.overdue:
        yield Words((bad("  ✗ "), f"{it.name}: {it.silence}"))
    if found.overdue:
        yield Words((dim("    To switch them on: "), f"opsctl alarms unsilence --expired -e {env}"))
    for unknown in found.unknown:
        yield Words((warn("  ? "), f"not looked at: {unknown}"))
    if not found.alarms:
        return
    yield Table(
        ("STATE", "SINCE (UTC)", "ALARM", "SILENT UNTIL"),
        [(_state(it), f"{it.since:%m-%d %H:%M}", it.name, _silent(it)) for it in found.alarms],
    )
    for it in found.alarms:
        if it.state == "ALARM":
            yield Words((bad(it.name), f": {it.reason}"))
    yield from _silences(found)


def _silences(found: Alarms) -> Iterator[Block]:
    """Each silence once, however many alarms it is about."""
    about: dict[str, list[str]] = {}
    for it in found.alarms:
        if it.silenced_by and not it.overdue:
            why = f": {it.silenced_why}" if it.silenced_why else ""
            about.setdefault(f"{it.silence}{why}", []).append(it.name)
    for text, names in about.items():
        which = names[0] if len(names) == 1 else f"{len(names)} alarms"
        yield Words((warn(which), f": {text}"))


def _verdict(found: Alarms) -> Words:
    if not found.known:
        return Words((bad("NO ALARM IS KNOWN"), "  nothing would call anybody"))
    ringing = sum(it.state == "ALARM" for it in found.alarms)
    silent = sum(not it.calls for it in found.alarms)
    paint = bad if ringing else good
    words = [paint(f"{ringing} in ALARM"), f" of {found.known}"]
    if silent:
        words.append(warn(f", {silent} silent"))
    return Words(words)


def _state(it: AlarmStatus) -> Styled:
    paint = {"ALARM": bad, "OK": good}.get(it.state, warn)
    return paint("NO DATA" if it.state == "INSUFFICIENT_DATA" else it.state)


def _silent(it: AlarmStatus) -> Styled:
    if it.overdue:
        return bad(f"{it.silenced_until:%m-%d %H:%M}, OVER")
    if it.silenced_until:
        return warn(f"{it.silenced_until:%m-%d %H:%M}")
    if it.silenced_by:
        return warn("see below")
    if it.off_by_others:
        return warn("actions off")
    return dim("scales" if it.scales else "")
