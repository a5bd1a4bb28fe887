"""Walks through sections of the runbook: who did which step when, and where each one stopped."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from opsctl import __version__
from opsctl.errors import FactsChanged, UsageProblem
from opsctl.journal import chain
from opsctl.plan import Json
from opsctl.state import Store, processes

LONGEST = 2000
"""Characters of a note."""
PASSED = ("done", "skipped")
"""How a step ended that is not offered again."""


@dataclass(frozen=True)
class Passed:
    """One step of a walk. `how`: began, done, skipped or failed; *began* alone was cut off.

    `line` is the command line as the runbook has it, with what is left open left open: what was
    typed for it may name a person. The run that it made is in the journal.
    """

    number: int
    title: str
    how: str
    by: str
    at: datetime
    line: str = ""
    exit_code: int | None = None
    run: str = ""
    note: str = ""


@dataclass(frozen=True)
class Walk:
    """One walk through one section. `digest` is that of the text which is followed."""

    id: str
    env: str
    section: str
    slug: str
    digest: str
    total: int
    """How many steps the section has."""
    by: str
    began: datetime
    incident: str = ""
    finished: datetime | None = None
    steps: tuple[Passed, ...] = ()
    """What became of each step, in their order; the last one may not have passed."""
    seal: str = ""
    """Of the line that this was read from."""

    @property
    def is_open(self) -> bool:
        """Whether steps are left."""
        return self.finished is None

    @property
    def next(self) -> int:
        """The number of the step that comes next, counted from 1."""
        return 1 + sum(it.how in PASSED for it in self.steps)

    @property
    def cut_off(self) -> Passed | None:
        """The step that began and has no end: opsctl was killed, or still runs."""
        last = self.steps[-1] if self.steps else None
        return last if last is not None and last.how == "began" else None


class Walks:
    """The walks of one environment: a log for each section, hash-chained like the journal.

    Every line carries its walk as it is then, so the last line is all that is needed to go on.
    """

    def __init__(self, store: Store, env: str, clock: Callable[[], datetime] | None = None) -> None:
        self.env = env
        self._store = store
        self._clock = clock or store.now

    def latest(self, slug: str) -> Walk | None:
        """The newest walk through a section; None where nobody ever began one."""
        for line in self._store.newest_first(self._log(slug)):
            if walk := _read(line):
                return walk
        return None

    def open(self) -> tuple[Walk, ...]:
        """Those that have steps left, the one that began first first."""
        found = [self.latest(slug) for slug in self.slugs()]
        return tuple(
            sorted((it for it in found if it and it.is_open), key=lambda it: (it.began, it.slug))
        )

    def slugs(self) -> list[str]:
        """The sections through which anybody ever walked, sorted."""
        logs = self._store.names(f"walks/{self.env}.")
        slugs = {it.removeprefix(f"walks/{self.env}.").partition(".")[0] for it in logs}
        return sorted({it.partition("/")[0] for it in slugs})

    def within(self, incident: str) -> tuple[Walk, ...]:
        """Those that were begun in an incident, as they stand, the one that began first first."""
        found: dict[str, Walk] = {}
        for slug in self.slugs():
            for walk in filter(None, map(_read, self._store.newest_first(self._log(slug)))):
                if walk.incident == incident:
                    found.setdefault(walk.id, walk)
        return tuple(sorted(found.values(), key=lambda it: (it.began, it.slug)))

    def start(
        self, section: str, slug: str, digest: str, total: int, *, incident: str = ""
    ) -> Walk:
        """Begins a walk; one that is open there is given up."""
        now, before = self._clock().astimezone(UTC), self.latest(slug)
        name = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
        who = processes.operator()
        made = Walk(name, self.env, section, slug, digest, total, who, now, incident)
        return self._write(made, before)

    def note_step(
        self,
        walk: Walk,
        title: str,
        how: str,
        *,
        line: str = "",
        exit_code: int | None = None,
        run: str = "",
        note: str = "",
    ) -> Walk:
        """Writes down what became of the step that comes next; the last one finishes the walk.

        Raises FactsChanged when somebody else went on with this walk meanwhile.
        """
        if len(note) > LONGEST:
            raise UsageProblem(f"A note has at most {LONGEST} characters; this has {len(note)}.")
        now = self._clock().astimezone(UTC)
        who = processes.operator()
        step = Passed(walk.next, title, how, who, now, line, exit_code, run, note)
        kept = tuple(it for it in walk.steps if it.number != step.number)
        after = dataclasses.replace(walk, steps=(*kept, step))
        if after.next > walk.total:
            after = dataclasses.replace(after, finished=now)
        return self._write(after, walk)

    def examine(self, slug: str) -> chain.Findings:
        """Looks at every line of a section's chain."""
        return chain.examine(reversed(list(self._store.newest_first(self._log(slug)))))

    def examined(self) -> dict[str, chain.Findings]:
        """What looking at every section's chain showed, by the name of the chain."""
        return {f"walk through {it}": self.examine(it) for it in self.slugs()}

    def _write(self, walk: Walk, before: Walk | None) -> Walk:
        document = _document(walk)

        def line(last: bytes) -> bytes:
            now = _read(last)
            # A line that a crash tore cannot be read; what stood before it still counts.
            if now is not None and now.seal != (before.seal if before else ""):
                raise FactsChanged(
                    f"{now.steps[-1].by if now.steps else now.by} went on with this walk through "
                    f"“{walk.section}” meanwhile.",
                    hint=f"opsctl runbook do {walk.slug} --status -e {self.env}",
                )
            return chain.seal(document, last)

        written = b""

        def keep(last: bytes) -> bytes:
            nonlocal written
            written = line(last)
            return written

        self._store.append(self._log(walk.slug), keep)
        return dataclasses.replace(walk, seal=_seal(written))

    def _log(self, slug: str) -> str:
        return f"walks/{self.env}.{slug}"


def _document(walk: Walk) -> dict[str, Json]:
    fields: dict[str, Any] = {
        it.name: getattr(walk, it.name)
        for it in dataclasses.fields(walk)
        if it.name not in ("id", "steps", "seal")
    }
    fields["began"], fields["finished"] = _text(walk.began), _text(walk.finished)
    steps: list[Json] = [{**dataclasses.asdict(it), "at": _text(it.at)} for it in walk.steps]
    return {"walk": walk.id, "opsctl": __version__, **fields, "steps": steps}


def _read(line: bytes) -> Walk | None:
    """The walk of a line; None for one that is torn or was edited into something else."""
    said = chain.event(line)
    # A step that was made done by hand is to be taken.
    if said is None or not chain.own_seal_holds(line):
        return None
    try:
        names = {it.name for it in dataclasses.fields(Walk)} - {"id", "steps", "seal"}
        fields = {name: said[name] for name in names}
        fields["began"] = datetime.fromisoformat(said["began"])
        ended = said["finished"]
        fields["finished"] = datetime.fromisoformat(ended) if ended else None
        steps = tuple(_step(it) for it in said["steps"])
        return Walk(id=said["walk"], steps=steps, seal=_seal(line), **fields)
    except (KeyError, TypeError, ValueError):
        return None


def _step(said: Mapping[str, Any]) -> Passed:
    return Passed(**{**said, "at": datetime.fromisoformat(said["at"])})


def _seal(line: bytes) -> str:
    return str((chain.event(line) or {}).get("own", ""))


def _text(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" if moment else ""
