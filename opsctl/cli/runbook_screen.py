"""The runbook as the operator sees it: its sections, one of them, and how a walk stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from opsctl.journal.walks import PASSED, Walk
from opsctl.runbook import Runbook, Section, deviations
from opsctl.runbook.steps import Step
from opsctl.terminal.blocks import Block, Heading, Styled, Table, Words, bad, bold, dim, good, warn
from opsctl.terminal.screen import Screen

WIDE = 120
"""Columns from which a section's name in links has room beside it."""

_DANGER = {"none": dim, "mild": good, "moderate": warn, "severe": bad}
_HOW = {"done": good, "skipped": dim, "failed": bad, "began": warn}


def listed(book: Runbook, walks: Mapping[str, Walk]) -> dict[str, Any]:
    """Every section, as the document of `-o json` has it."""
    return {
        "source": book.source,
        "sections": [
            {
                "number": it.number,
                "title": it.title,
                "slug": it.slug,
                "danger": it.danger,
                "last_reviewed": it.last_reviewed,
                "deviations": deviations(it),
                "walk": _place(walks.get(it.slug)),
            }
            for it in book.sections
        ],
    }


def table(book: Runbook, walks: Mapping[str, Walk], columns: int = 0) -> Iterator[Block]:
    """Every section in a line; what is not finished first of all.

    In a terminal of so many columns the name in links is left out where it has no room.
    """
    for walk in walks.values():
        yield warn(f"Not finished: “{walk.section}”, {where(walk)}")
        yield f"  opsctl runbook do {walk.slug} -e {walk.env}"
    rows = [
        (str(it.number), it.title, _DANGER[it.danger](it.danger), it.last_reviewed, dim(it.slug))
        for it in book.sections
    ]
    shown = 4 if 0 < columns < WIDE else 5
    heads = ("#", "SECTION", "DANGER", "REVIEWED", "NAME")
    yield Table(heads[:shown], [it[:shown] for it in rows], right=(0,))
    astray = [it for it in book.sections if deviations(it)]
    for section in astray:
        yield warn(f"{section.title}: {'; '.join(deviations(section))}.")


def whole(section: Section, text: str) -> dict[str, Any]:
    """One section, as the document of `-o json` has it."""
    return {
        "number": section.number,
        "title": section.title,
        "slug": section.slug,
        "danger": section.danger,
        "last_reviewed": section.last_reviewed,
        "digest": section.digest,
        "parts": {it.label: it.text for it in section.parts},
        "markdown": text,
    }


def show(screen: Screen, text: str, environ: Mapping[str, str], *, paged: bool) -> None:
    """A section on standard output: laid out at a terminal, as Markdown elsewhere."""
    from opsctl.terminal import ending, markdown, pager

    if not screen.out.live:
        ending.show(screen.out, [text.rstrip("\n")])
        return
    shown = markdown.rendered(text, colour=screen.out.colour)
    pager.show(screen.out, shown, environ, wanted=paged)


def listing(steps: Sequence[Step], walk: Walk | None) -> Iterator[Block]:
    """The steps that a walk would take, and where it would go on."""
    for number, step in enumerate(steps, 1):
        yield Words((f"  {number}. ", dim(f"{step.kind:<9} "), step.title))
        if len(step.lines) > 1:
            yield from (dim(f"                 or  {line}") for line in step.lines)
    if walk is not None and walk.is_open:
        yield warn(f"A walk is not finished: {where(walk)}. The same command goes on there.")


def planned(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The same, as the document of `-o json` has it."""
    return [
        {"number": number, "title": it.title, "kind": it.kind, "commands": it.lines}
        for number, it in enumerate(steps, 1)
    ]


def standing(walk: Walk) -> Iterator[Block]:
    """How far a walk came, step by step."""
    yield bold(f"{walk.section} in {walk.env}: {where(walk)}")
    yield Heading("Steps")
    yield from taken(walk)


def taken(walk: Walk) -> Iterator[Block]:
    """What became of each step so far."""
    rows = [
        (str(it.number), _ended(it.how, it.exit_code), moment(it.at), it.by, _told(it))
        for it in walk.steps
    ]
    if rows:
        yield Table(("#", "HOW", "WHEN (UTC)", "WHO", "STEP"), rows, right=(0,))


def result(walk: Walk) -> dict[str, Any]:
    """A walk, as the document of `-o json` has it."""
    from opsctl.terminal.json_output import plain

    made = plain(walk)
    assert isinstance(made, dict)
    made.pop("seal")
    return {**made, "next": walk.next if walk.is_open else None}


def where(walk: Walk) -> str:
    """How far a walk is, in words."""
    if not walk.is_open:
        return f"finished {moment(walk.finished or walk.began)} UTC"
    said = f"step {walk.next} of {walk.total} is next, begun {moment(walk.began)} UTC by {walk.by}"
    return f"{said}, in incident {walk.incident}" if walk.incident else said


def moment(at: datetime) -> str:
    """A time to the minute, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def _place(walk: Walk | None) -> dict[str, Any] | None:
    if walk is None:
        return None
    return {"id": walk.id, "next": walk.next, "total": walk.total, "began": walk.began}


def _ended(how: str, code: int | None) -> Styled:
    shown = f"{how} (code {code})" if code and how not in ("began",) else how
    return _HOW[how](shown) if how in _HOW else dim(shown)


def _told(step: Any) -> str:
    run = f"run {step.run}" if step.run else ""
    end = "" if step.how in PASSED or step.how == "failed" else "has no end"
    return "; ".join(it for it in (step.title, run, step.note, end) if it)
