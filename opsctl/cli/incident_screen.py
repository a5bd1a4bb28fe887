"""Incidents on the screen: one with its timeline, and the list of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from opsctl.journal.incidents import Incident
from opsctl.lock.lease import age
from opsctl.reports.incident import Story, text
from opsctl.reports.incident_timeline import Entry
from opsctl.terminal.blocks import Block, Fields, Heading, Table, Words, bad, bold, dim, warn
from opsctl.terminal.text import one_line


def story(found: Story) -> Iterator[Block]:
    """One incident and what happened meanwhile."""
    yield from head(found.incident, found.made)
    for line in found.manipulated:
        yield Words((bad("  ✗ edited by hand: "), line))
    for line in found.not_examined:
        yield Words((warn("  ? not examined: "), line))
    yield Heading("Timeline")
    yield Table(("TIME (UTC)", "KIND", "WHAT", "WHO", "RUN"), list(map(_row, found.entries)))


def head(it: Incident, now: datetime) -> Iterator[Block]:
    """What an incident is called, how bad it is and whether it lasts."""
    state = warn("OPEN") if it.is_open else dim("closed")
    yield Words((state, "  ", bold(f"{it.id}  {it.severity}"), f"  {one_line(it.title)}"))
    ended = it.ended or now
    rows = [
        ("began", text(it.began)),
        ("declared", f"{text(it.declared)} by {it.by}"),
        ("lasted" if it.ended else "lasts", age(ended - it.began)),
    ]
    if it.ended:
        rows.append(("closed", f"{text(it.ended)} by {it.closed_by}: {one_line(it.resolution)}"))
    yield Fields(rows)


def listed(found: Sequence[Incident], env: str) -> Iterator[Block]:
    """The incidents, newest first; a line each."""
    if not found:
        yield f"{env} has had no incident."
        return
    rows = [
        (
            it.id,
            it.severity,
            warn("open") if it.is_open else dim("closed"),
            text(it.began),
            text(it.ended) if it.ended else "",
            one_line(it.title),
        )
        for it in found
    ]
    yield Table(("INCIDENT", "SEVERITY", "STATE", "BEGAN (UTC)", "ENDED (UTC)", "TITLE"), rows)


def written(made: Mapping[str, Any]) -> Iterator[Block]:
    """What `report` wrote."""
    yield Words((bold(made["report"]),))
    yield Table(("EVIDENCE", "SHA-256"), [(it["path"], it["sha256"]) for it in made["evidence"]])
    for line in made["not_examined"]:
        yield Words((warn("  ? not examined: "), line))


def _row(entry: Entry) -> tuple[str, ...]:
    what = one_line(entry.what)
    return (
        text(entry.at),
        entry.kind,
        bad(what) if entry.is_bad else what,
        entry.who.rpartition("/")[2],
        entry.run,
    )
