"""RUNBOOK.md: every section has its form, and every opsctl command line in it could be run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from opsctl import runbook
from opsctl.cli import line_check
from opsctl.runbook import Section, command_lines, steps

DOCUMENT = Path(__file__).parents[2] / "RUNBOOK.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
BOOK = runbook.load()
LINES = command_lines.found(TEXT)


def title(section: Section) -> str:
    return section.title


def test_the_one_that_is_part_of_opsctl_is_this_one() -> None:
    assert runbook.load() == runbook.parse(TEXT, "the runbook that is part of opsctl")
    assert len(BOOK.sections) > 40
    assert len(LINES) > 150


@pytest.mark.parametrize("section", BOOK.sections, ids=title)
def test_a_section_has_every_part_in_its_order(section: Section) -> None:
    assert runbook.deviations(section) == ()


@pytest.mark.parametrize("line", sorted(set(LINES)))
def test_a_command_line_names_what_there_is(line: str) -> None:
    assert line_check.problem(command_lines.words(line), command_lines.is_open) == ""


@pytest.mark.parametrize("line", [it for it in sorted(set(LINES)) if " --env " in it])
def test_no_command_line_names_another_environment_than_the_runbook_is_written_for(
    line: str,
) -> None:
    assert re.search(r" --env (prod|ENV)\b", line), line


@pytest.mark.parametrize("section", BOOK.sections, ids=title)
def test_a_walk_through_a_section_begins_with_when_and_runs_something(section: Section) -> None:
    first, *rest = steps.of(section)
    assert first.kind == "question"
    assert any(it.codified for it in rest)
    assert all(len(it.title) <= 100 for it in rest)


def test_what_is_linked_within_the_runbook_is_there() -> None:
    linked = set(re.findall(r"\]\(#([\w-]+)\)", TEXT))
    assert linked <= set(BOOK.by_slug)


def test_what_is_named_as_a_section_is_one() -> None:
    for named in re.findall(r"as \*([A-Z][\w ]+)\* (?:does|says)", TEXT):
        assert named in {it.title for it in BOOK.sections}
