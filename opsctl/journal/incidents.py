"""Incidents: what each was called, what was noted meanwhile, and how it ended; a log that grows."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from opsctl import __version__
from opsctl.errors import Forbidden, NotFound, UsageProblem
from opsctl.journal import chain
from opsctl.plan import Json
from opsctl.state import Store, processes

SEVERITIES = ("sev1", "sev2", "sev3", "sev4")
LONGEST = 20_000
"""Characters of a note: more belongs in a file."""

_ID = re.compile(r"(\d{8})-(\d+)")


@dataclass(frozen=True)
class Note:
    """The operator's own words, and who said them when."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True)
class Incident:
    """One incident. `began` is when it began; `declared` is when somebody said so."""

    id: str
    env: str
    title: str
    severity: str
    began: datetime
    declared: datetime
    by: str
    notes: tuple[Note, ...] = ()
    ended: datetime | None = None
    closed_by: str = ""
    resolution: str = ""
    files: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What `report` wrote: the SHA-256 of each file by its name, as it was written last."""

    @property
    def is_open(self) -> bool:
        """Whether it still lasts."""
        return self.ended is None


class Incidents:
    """The incidents of one environment, at most one of them open; hash-chained like the journal.

    Every line carries which incident is open after it and which is the newest, so that of two
    operators who start one at once, one is refused.
    """

    def __init__(self, store: Store, env: str, clock: Callable[[], datetime] | None = None) -> None:
        self.log = f"incidents/{env}"
        self.env = env
        self._store = store
        self._clock = clock or store.now

    def start(self, title: str, severity: str, *, began: datetime | None = None) -> Incident:
        """Opens one. Raises Forbidden when one is open, UsageProblem for words that will not do."""
        if severity not in SEVERITIES:
            raise UsageProblem(f"{severity} is no severity.", hint=", ".join(SEVERITIES))
        now = self._clock().astimezone(UTC)
        fields = {
            "title": _said(title, "A title"),
            "severity": severity,
            "began": _text(min(began or now, now)),
        }

        def numbered(is_open: str, newest: str) -> str:
            self.check(is_open, wanted=False)
            found = _ID.fullmatch(newest)
            today = f"{now:%Y%m%d}"
            number = int(found[2]) + 1 if found and found[1] == today else 1
            return f"{today}-{number}"

        return self.find(self._write("started", numbered, now, fields, stays_open=True))

    def note(self, text: str) -> Incident:
        """Adds a note to the open one. Raises NotFound when there is none."""
        return self.find(self._to_open("noted", {"text": _said(text, "A note")}, stays_open=True))

    def close(self, resolution: str) -> Incident:
        """Closes the open one. Raises NotFound when there is none."""
        said = _said(resolution, "A resolution")
        return self.find(self._to_open("closed", {"resolution": said}, stays_open=False))

    def reported(self, incident: Incident, files: Mapping[str, str]) -> None:
        """Keeps the digests of what was written about one, so that an edit of it is noticed."""
        self._write(
            "reported",
            lambda is_open, newest: incident.id,
            self._clock(),
            {"files": dict(files)},
            stays_open=None,
        )

    def check(self, is_open: str, *, wanted: bool) -> str:
        """The id of the open one. Raises Forbidden or NotFound when that is not as wanted."""
        if is_open and not wanted:
            raise Forbidden(
                f"Incident {is_open} is open in {self.env}: there is at most one at a time.",
                hint=f"opsctl incident show -e {self.env}\n"
                f"opsctl incident close RESOLUTION -e {self.env}",
            )
        if wanted and not is_open:
            raise NotFound(
                f"No incident is open in {self.env}.",
                hint=f"opsctl incident start TITLE --severity sev2 -e {self.env}",
            )
        return is_open

    def open_id(self) -> str:
        """The id of the one that lasts, from the last line alone; empty when there is none."""
        return self._state(self._store.newest_first(self.log))[0]

    def open(self) -> Incident | None:
        """The one that lasts."""
        if not self.open_id():
            return None
        return next((it for it in self.newest_first() if it.is_open), None)

    def newest_first(self) -> tuple[Incident, ...]:
        """All of them, newest first."""
        found: dict[str, Incident] = {}
        lines = [chain.event(line) for line in self._store.newest_first(self.log)]
        for event in reversed(lines):
            if event is not None:
                _follow(found, event, self.env)
        return tuple(reversed(found.values()))

    def find(self, incident: str) -> Incident:
        """By its id; `last` is the newest. Raises NotFound, with those there are."""
        there = self.newest_first()
        if incident == "last" and there:
            return there[0]
        for it in there:
            if it.id == incident:
                return it
        known = ", ".join(it.id for it in there[:5])
        raise NotFound(
            f"{self.env} has no incident {incident}.",
            hint=f"There are: {known}" if known else "opsctl incident start TITLE --severity sev2",
        )

    def examine(self) -> chain.Findings:
        """Looks at every line of the chain."""
        return chain.examine(reversed(list(self._store.newest_first(self.log))))

    def _to_open(self, event: str, fields: Mapping[str, Json], *, stays_open: bool) -> str:
        return self._write(
            event,
            lambda is_open, newest: self.check(is_open, wanted=True),
            self._clock(),
            fields,
            stays_open=stays_open,
        )

    def _write(
        self,
        event: str,
        choose: Callable[[str, str], str],
        now: datetime,
        fields: Mapping[str, Json],
        *,
        stays_open: bool | None,
    ) -> str:
        """Adds an event to the incident that `choose` answers; `stays_open` None: as it was."""
        before = self._state(self._store.newest_first(self.log))
        written = ""

        def line(last: bytes) -> bytes:
            nonlocal written
            is_open, newest = self._state([last]) if chain.event(last) else before
            written = choose(is_open, newest)
            document = {
                "incident": written,
                "event": event,
                "at": _text(now),
                "by": processes.operator(),
                "opsctl": __version__,
                "open": is_open if stays_open is None else written if stays_open else "",
                "newest": written if event == "started" else newest,
                **fields,
            }
            return chain.seal(document, last)

        self._store.append(self.log, line)
        return written

    @staticmethod
    def _state(lines: Iterable[bytes]) -> tuple[str, str]:
        """(the open incident, the newest one) after the last line that can be read."""
        for line in lines:
            if said := chain.event(line):
                return str(said.get("open", "")), str(said.get("newest", ""))
        return "", ""


def _follow(found: dict[str, Incident], event: Mapping[str, Any], env: str) -> None:
    """Brings one event into what is known of the incidents."""
    try:
        name, at, kind = str(event["incident"]), datetime.fromisoformat(event["at"]), event["event"]
        if kind == "started":
            began = datetime.fromisoformat(event["began"])
            found[name] = Incident(
                name, env, event["title"], event["severity"], began, at, event["by"]
            )
            return
        found[name] = dataclasses.replace(found[name], **_change(found[name], kind, at, event))
    except (KeyError, TypeError, ValueError):
        return  # somebody edited it: `examine` tells which line


def _change(it: Incident, kind: str, at: datetime, event: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "noted":
        return {"notes": (*it.notes, Note(at, event["by"], event["text"]))}
    if kind == "closed":
        return {"ended": at, "closed_by": event["by"], "resolution": event["resolution"]}
    return {"files": {**it.files, **event["files"]}}


def _said(words: str, what: str) -> str:
    said = words.strip()
    if not said:
        raise UsageProblem(f"{what} cannot be empty.")
    if len(said) > LONGEST:
        raise UsageProblem(f"{what} has {len(said)} characters; {LONGEST} are the most.")
    return said


def _text(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
