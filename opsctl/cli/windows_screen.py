"""The calendar of an environment on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

from opsctl import durations
from opsctl.reports.windows import Outlook
from opsctl.targets.maintenance import told
from opsctl.targets.windows import Opening
from opsctl.terminal.blocks import Block, Fields, Heading, Styled, Words, bad, good, warn

_STATES = {"open": good("OPEN"), "closed": warn("CLOSED"), "frozen": bad("FROZEN")}
_MEANS = {
    "allowed": good("allowed"),
    "refused": warn("refused"),
    "locked": bad("locked "),
    "unknown": warn("unknown"),
}
_EXAMPLES = {
    "mild": "restart, scale up, silence, block an address",
    "moderate": "deploy, rollback, rotate, scale down",
    "severe": "erase a user, scale to 0, prune",
}


def outlook(found: Outlook) -> Iterator[Block]:
    """Now first, then what comes, then what it means."""
    yield _first_line(found)
    yield from _lock(found)
    yield from _calendar(found)
    yield Heading("Changes now")
    means = ((name, _MEANS[how]) for name, how in found.changes.items())
    yield Fields([(name, Words((how, f"  ({_EXAMPLES[name]})"))) for name, how in means])
    if "refused" in found.changes.values():
        notice = durations.text(found.emergency_notice)
        yield (
            f"In an emergency: --emergency --reason TEXT; {notice} notice is owed to those who "
            f"use {found.env}."
        )


def to_json(found: Outlook) -> dict[str, Any]:
    """The same for `-o json`."""
    document = {it.name: getattr(found, it.name) for it in fields(found)}
    document["lock"] = found.lock.to_json() if found.lock else None
    return {**document, "changes": found.changes}


def _first_line(found: Outlook) -> Words:
    state: Styled = bad("FROZEN") if found.is_locked else _STATES[found.state]
    words = f"  {found.env}, {found.now:%Y-%m-%d %H:%M} UTC"
    if found.is_locked:
        return Words((state, words))
    if found.until is None:
        return Words((state, f"{words}: changed at any time"))
    what = "until" if found.state != "closed" else "opens"
    return Words((state, f"{words}: {what} {told(found.until, found.now)}"))


def _lock(found: Outlook) -> Iterator[Block]:
    if found.not_looked_at:
        yield Words((warn("lock not looked at: "), found.not_looked_at))
    if found.lock is None:
        return
    it = found.lock
    until = f"{it.until:%Y-%m-%d %H:%M} UTC" if it.until else "it is released"
    kind = "frozen" if found.is_locked else "held"
    yield f"The lock is {kind} by {it.owner} until {until}: {it.reason or 'no reason given'}"


def _calendar(found: Outlook) -> Iterator[Block]:
    if found.windows:
        yield Heading("Windows")
        yield from (f"  {each}" for each in found.windows)
        yield Heading("Next")
        yield from (f"  {_span(each, found.now)}" for each in found.openings)
    elif found.protected:
        yield f"opsctl.toml names no windows of {found.env}. To keep changes to some:"
        yield f'  windows = ["Sundays 02:00-04:00 UTC"]   below [env.{found.env}]'
    else:
        yield f"{found.env} is not protected: no window keeps it."
    if found.freezes:
        yield Heading("Freezes")
        yield from (f"  {each.name}" for each in found.freezes)


def _span(it: Opening, now: datetime) -> str:
    begins = "now" if it.opens <= now else told(it.opens, now)
    if it.closes is None:
        return f"{begins}, for good"
    same = it.closes.date() == max(it.opens, now).date()
    return f"{begins} until {it.closes:{'%H:%M' if same else '%Y-%m-%d %H:%M'}} UTC"
