"""Checklists that were gone through: what was seen, what was said by whom; a log that grows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from opsctl import __version__
from opsctl.errors import UsageProblem
from opsctl.journal import chain
from opsctl.state import Store, processes

KEPT = timedelta(hours=4)
"""How long an answer counts: a shift later somebody else is asked again."""
LONGEST = 500
"""Characters of a note."""
YES, NO, NOT_APPLICABLE = "yes", "no", "not applicable"


@dataclass(frozen=True)
class Subject:
    """What a checklist is about: another image, commit or live revision needs another one."""

    tag: str
    """As it was typed; empty for what is checked out."""
    commit: str
    """Empty where it is not known."""
    live: str
    """The ARN of the task definition that serves."""


@dataclass(frozen=True)
class Answer:
    """What somebody said of one item. `about` is what else it depends on, as a digest."""

    item: str
    said: str
    """yes, no, or not applicable."""
    note: str
    by: str
    at: datetime
    about: str = ""


@dataclass(frozen=True)
class Entry:
    """How one item stood. `said` is who answered it and when; empty where it was looked at."""

    item: str
    title: str
    state: str
    evidence: str
    said: str = ""


@dataclass(frozen=True)
class Record:
    """One time that a checklist was gone through."""

    subject: Subject
    at: datetime
    by: str
    entries: tuple[Entry, ...]
    answers: tuple[Answer, ...]
    """Those that were given this time."""


class Checklists:
    """The checklists of one environment; hash-chained like the journal."""

    def __init__(self, store: Store, env: str, clock: Callable[[], datetime] | None = None) -> None:
        self.log = f"checklists/{env}"
        self.env = env
        self._store = store
        self._clock = clock or store.now

    def answered(self, item: str, said: str, note: str, about: str = "") -> Answer:
        """An answer of the operator's, given now; not kept yet.

        Raises UsageProblem for a note that is too long, and where one is missing.
        """
        words = note.strip()
        if len(words) > LONGEST:
            raise UsageProblem(
                f"The note on {item} has {len(words)} characters; {LONGEST} are the most."
            )
        if said == NOT_APPLICABLE and not words:
            raise UsageProblem(
                f"Why is {item} not applicable?", hint=f"--not-applicable {item}=WHY"
            )
        return Answer(item, said, words, processes.operator(), self._now(), about)

    def keep(self, subject: Subject, answers: Iterable[Answer], entries: Iterable[Entry]) -> Record:
        """Adds what was seen and said. Raises Forbidden where that cannot be written."""
        record = Record(subject, self._now(), processes.operator(), tuple(entries), tuple(answers))
        document = {
            "event": "checklist",
            "at": _text(record.at),
            "by": record.by,
            "opsctl": __version__,
            **vars(subject),
            "entries": [vars(it) for it in record.entries],
            "answers": [{**vars(it), "at": _text(it.at)} for it in record.answers],
        }
        self._store.append(self.log, lambda last: chain.seal(document, last))
        return record

    def latest(self, tag: str) -> Record | None:
        """The newest that counts still and is about that tag."""
        return next((it for it in self._recent() if it.subject.tag == tag), None)

    def answers(self, subject: Subject) -> dict[str, Answer]:
        """The newest answer to each item that counts still, for just this subject."""
        oldest = self._now() - KEPT
        found: dict[str, Answer] = {}
        for record in self._recent():
            if record.subject == subject:
                for it in record.answers:
                    if it.at > oldest:
                        found.setdefault(it.item, it)
        return found

    def examine(self) -> chain.Findings:
        """Looks at every line of the chain."""
        return chain.examine(reversed(list(self._store.newest_first(self.log))))

    def _recent(self) -> Iterator[Record]:
        """Those that are not older than an answer may be, newest first."""
        oldest = self._now() - KEPT
        for line in self._store.newest_first(self.log):
            # A no that was made a yes by hand is no answer.
            record = _record(chain.event(line) or {}) if chain.own_seal_holds(line) else None
            if record is not None and record.at <= oldest:
                return
            if record is not None:
                yield record

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC)


def _record(said: Mapping[str, Any]) -> Record | None:
    """What a line says; None for one that says something else."""
    try:
        subject = Subject(str(said["tag"]), str(said["commit"]), str(said["live"]))
        answers = tuple(
            Answer(**{**it, "at": datetime.fromisoformat(it["at"])}) for it in said["answers"]
        )
        entries = tuple(Entry(**it) for it in said["entries"])
        return Record(
            subject, datetime.fromisoformat(said["at"]), str(said["by"]), entries, answers
        )
    except (KeyError, TypeError, ValueError):
        return None


def _text(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
