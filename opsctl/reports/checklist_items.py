"""The items of a checklist: how each stands, by what was seen or by what somebody said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from opsctl.journal.checklists import NO, YES, Answer, Entry

OK, BAD, UNKNOWN = "ok", "not_ok", "unknown"
UNANSWERED, NOT_APPLICABLE = "not_answered", "not_applicable"
HOLD = (OK, NOT_APPLICABLE)


@dataclass(frozen=True)
class Item:
    """One item. `evidence` is what was seen and where, `fix` the command that mends it.

    `question` is asked where what was seen does not settle it; `lines` are to be read first, and
    `about` is a digest of what else the answer depends on.
    """

    key: str
    title: str
    state: str
    evidence: str = ""
    fix: str = ""
    question: str = ""
    lines: tuple[str, ...] = ()
    about: str = ""
    answer: Answer | None = None

    @property
    def holds(self) -> bool:
        """Whether a deployment need not wait for it."""
        return self.state in HOLD

    @property
    def told(self) -> str:
        """What was seen, and what was said of it by whom."""
        it = self.answer
        if it is None:
            return self.evidence
        note = f": {it.note}" if it.note else ""
        said = f"{it.by} said {it.said} at {it.at:%H:%M} UTC{note}"
        return f"{self.evidence}; {said}" if self.evidence else said


@dataclass(frozen=True)
class Checklist:
    """Every item, and what they are about. `kept` is false where its record cannot be written."""

    env: str
    tag: str
    commit: str
    live: str
    at: datetime
    items: tuple[Item, ...]
    holds: bool
    kept: bool = True


def entries(found: tuple[Item, ...]) -> tuple[Entry, ...]:
    """How the items stand, as it is kept."""
    return tuple(
        Entry(
            it.key,
            it.title,
            it.state,
            it.told,
            f"{it.answer.by}, {it.answer.at:%H:%M} UTC" if it.answer else "",
        )
        for it in found
    )


def seen(key: str, title: str, state: str, evidence: str = "", fix: str = "") -> Item:
    """An item that what was seen settles."""
    return Item(key, title, state, evidence, fix if state not in HOLD else "")


def open_question(key: str, title: str, question: str, evidence: str = "") -> Item:
    """An item that only a person can answer."""
    return Item(key, title, UNANSWERED, evidence, question=question)


def answered(item: Item, answers: Mapping[str, Answer]) -> Item:
    """The item with what was said of it; what was seen is never outvoted."""
    said = answers.get(item.key)
    if not item.question or said is None or said.about != item.about:
        return item
    state = {YES: OK, NO: BAD}.get(said.said, NOT_APPLICABLE)
    return replace(item, state=state, answer=said)
