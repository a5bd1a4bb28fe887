"""The checklist on the screen: one line an item, with what was seen and the command that mends."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from opsctl.aws.ecs import short
from opsctl.journal.checklists import KEPT
from opsctl.lock.lease import age
from opsctl.reports.checklist_items import (
    BAD,
    NOT_APPLICABLE,
    OK,
    UNANSWERED,
    UNKNOWN,
    Checklist,
    Item,
)
from opsctl.terminal.blocks import Block, Check, Fields, bad, bold, dim, good

_MARKS = {OK: True, NOT_APPLICABLE: True, BAD: False, UNKNOWN: None, UNANSWERED: None}
_WORDS = {
    NOT_APPLICABLE: "not applicable",
    UNKNOWN: "could not look",
    UNANSWERED: "not answered",
}


def screen(found: Checklist) -> Iterator[Block]:
    """The whole checklist, and what is left to do."""
    yield bold(f"Before a deployment of {found.tag or 'what is checked out'} to {found.env}")
    yield Fields(
        [
            ("commit", found.commit or "not known"),
            ("serves now", short(found.live)),
            ("looked at", f"{found.at:%Y-%m-%d %H:%M:%S} UTC"),
        ]
    )
    yield from (line(it, found) for it in found.items)
    left = [it.title for it in found.items if not it.holds]
    if left:
        yield bad(f"{len(left)} of {len(found.items)} do not hold: {', '.join(left)}.")
    else:
        yield good("Everything holds.")
    if any(it.answer for it in found.items):
        yield dim(f"An answer counts for {age(KEPT)}, for this tag, commit and live revision.")
    if found.tag and not left:
        yield dim(f"Next: opsctl deploy {shlex.quote(found.tag)} --env {found.env}")


def line(it: Item, found: Checklist) -> Check:
    """One item; `fix` of what was not answered says how to answer it."""
    word = _WORDS.get(it.state, "")
    detail = f"{word}; {it.told}" if word and it.told else word or it.told
    fix = it.fix
    if it.question and not it.holds:
        tag = f"{shlex.quote(found.tag)} " if found.tag else ""
        fix = f"opsctl checklist deploy {tag}--said {it.key} --env {found.env}"
    return Check(it.title, _MARKS[it.state], detail, fix)
