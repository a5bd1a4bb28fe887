"""RUNBOOK.md: every section has its form, and every opsctl command line in it could be run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from opsctl import runbook
from opsctl.cli import line_check
from opsctl.runbook import Section, command_lines, steps

DOCUMENT = Path(__file__).parents[2] / "RUNBOOK.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
BOOK = runbook.load()
LINES = command_lines.found(TEXT)


def test_the_one_that_is_part_of_opsctl_is_this_one() -> None:
    assert runbook.load() == runbook.parse(TEXT, "the runbook that is part of opsctl")
    assert len(BOOK.sections) > 40
    assert len(LINES) > 150


def test_every_section_has_every_part_in_its_order() -> None:
    faults = [f"{it.title}: {fault}" for it in BOOK.sections for fault in runbook.deviations(it)]
    assert not faults, "\n".join(faults)


def test_every_command_line_names_what_there_is() -> None:
    faults = [
        f"{line}: {fault}"
        for line in sorted(set(LINES))
        if (fault := line_check.problem(command_lines.words(line), command_lines.is_open))
    ]
    assert not faults, "\n".join(faults)


def test_no_command_line_names_another_environment_than_the_runbook_is_written_for() -> None:
    named = [it for it in LINES if " --env " in it]
    faults = [it for it in named if not re.search(r" --env (prod|ENV)\b", it)]
    assert not faults, "\n".join(faults)


def run_faults(section: Section) -> Iterator[str]:
    """What is wrong with a run through a section."""
    first, *rest = steps.of(section)
    if first.kind != "question":
        yield f"{section.title} does not begin with When"
    if not any(it.codified for it in rest):
        yield f"{section.title} runs nothing"
    yield from (f"{section.title}: too long: {it.title}" for it in rest if len(it.title) > 100)


def test_a_run_through_every_section_begins_with_when_and_runs_something() -> None:
    faults = [fault for section in BOOK.sections for fault in run_faults(section)]
    assert not faults, "\n".join(faults)


def test_what_is_linked_within_the_runbook_is_there() -> None:
    linked = set(re.findall(r"\]\(#([\w-]+)\)", TEXT))
    assert linked <= set(BOOK.by_slug)


def test_what_is_named_as_a_section_is_one() -> None:
    for named in re.findall(r"as \*([A-Z][\w ]+)\* (?:does|says)", TEXT):
        assert named in {it.title for it in BOOK.sections}
