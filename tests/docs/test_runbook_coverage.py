"""Runbook, procedures and commands hold each other; docs/runbook-coverage.md is made from a map."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import runbook_map
from by_hand import SECTIONS as BY_HAND
from runbook_map import COVERAGE, ORIGINAL, Origin, astray, every_procedure

from opsctl import runbook
from opsctl.cli.app import load
from opsctl.cli.registry import COMMANDS
from opsctl.runbook import Section

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "runbook-coverage.md"
DECISIONS = ROOT / "docs" / "decisions" / "0005-what-the-seed-said.md"
HEAD = """\
# What became of the original runbook

<!-- Made from tests/runbook_map.py by tests/docs/test_runbook_coverage.py: do not edit. -->

opsctl began as a page of commands to copy. Each of its sections is named here, with the sections of
[RUNBOOK.md](../RUNBOOK.md) that it has become, the test that drives its command, the test that
carries out *By hand* with the plain `aws` CLI, and what was changed; the reasons are in
[what the original said](decisions/0005-what-the-seed-said.md).

| original | here | command | test | by hand | changed |
|---|---|---|---|---|---|
"""
REST = """
## Sections that the original does not have

| section | command | by hand |
|---|---|---|
"""
TITLES = tuple(it.title for it in runbook.load().sections)


def leaves() -> Iterator[str]:
    """Every command that does something."""

    def below(words: str, command: Any) -> Iterator[str]:
        inner = getattr(command, "commands", {})
        if not inner or command.invoke_without_command:
            yield words
        for name, it in inner.items():
            yield from below(f"{words} {name}", it)

    for name in COMMANDS:
        yield from below(name, load(name))


PROCEDURES = every_procedure()
LEAVES = tuple(leaves())


def test_sections_procedures_and_commands_hold_each_other() -> None:
    faults = list(astray(TITLES, PROCEDURES, LEAVES))
    assert not faults, "\n".join(faults)


def test_every_section_that_is_removed_is_missed() -> None:
    faults = [
        title
        for title in TITLES
        if not any(title in it for it in astray(set(TITLES) - {title}, PROCEDURES, LEAVES))
    ]
    assert not faults, "\n".join(faults)


def test_every_procedure_that_is_removed_is_missed_where_no_other_shares_its_section() -> None:
    faults = []
    for name, section in PROCEDURES.items():
        others = {it: where for it, where in PROCEDURES.items() if it != name}
        is_shared = section in (*others.values(), *runbook_map.SECTION_OF.values())
        if not is_shared and not any(section in it for it in astray(TITLES, others, LEAVES)):
            faults.append(name)
    assert not faults, "\n".join(faults)


def test_every_procedure_of_a_section_that_there_is_not_is_noticed() -> None:
    faults = []
    for name in PROCEDURES:
        renamed = {**PROCEDURES, name: "Another"}
        if not any("“Another”" in it for it in astray(TITLES, renamed, LEAVES)):
            faults.append(name)
    assert not faults, "\n".join(faults)


def test_a_command_that_belongs_nowhere_or_is_gone_is_noticed() -> None:
    (told,) = astray(TITLES, PROCEDURES, [*LEAVES, "dance"])
    assert told.startswith("opsctl dance belongs to 0 of")
    gone = [it for it in LEAVES if it != "verify"]
    assert list(astray(TITLES, PROCEDURES, gone)) == ["there is no command opsctl verify"]


def test_a_command_of_two_tables_is_noticed() -> None:
    twice = [*runbook_map.SET_UP, "status"]
    (told,) = astray(TITLES, PROCEDURES, LEAVES, set_up=twice)
    assert told.startswith("opsctl status belongs to 2 of")


def test_a_section_that_was_waited_for_is_noticed_when_it_comes() -> None:
    (told,) = astray(TITLES, PROCEDURES, LEAVES, coming=[*runbook_map.COMING, TITLES[0]])
    assert "take it out of COMING" in told


def test_every_heading_of_the_original_is_covered_in_its_order() -> None:
    assert list(dict.fromkeys(it.heading for it in COVERAGE)) == list(ORIGINAL)
    for it in COVERAGE:
        assert set(it.sections) <= {*TITLES, *runbook_map.COMING}, it
        assert it.sections


def test_every_test_that_is_named_exists() -> None:
    named = [it.test for it in COVERAGE if it.test] + list(BY_HAND.values())
    for test in named:
        path, _, function = test.partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        there = {it.name for it in ast.walk(tree) if isinstance(it, ast.FunctionDef)}
        assert function.partition("[")[0] in there, test


def test_what_is_without_a_test_waits_for_its_section() -> None:
    for it in COVERAGE:
        assert it.test or set(it.sections) <= set(runbook_map.COMING), it


def test_every_reason_is_a_heading_of_the_decision() -> None:
    text = DECISIONS.read_text(encoding="utf-8")
    for it in COVERAGE:
        assert f"\n## {it.why}\n" in text, it


def test_by_hand_is_tested_for_sections_that_there_are() -> None:
    assert set(BY_HAND) <= set(TITLES)


def test_the_document_is_what_the_map_says() -> None:
    if os.environ.get("OPSCTL_WRITE_DOCS"):
        DOCUMENT.write_text(generated(), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == generated(), (
        "stale: OPSCTL_WRITE_DOCS=1 pytest tests/docs"
    )


def generated() -> str:
    """The whole document."""
    covered = {title for it in COVERAGE for title in it.sections}
    rest = [it for it in runbook.load().sections if it.title not in covered]
    rows = [
        f"| {_link(it.title)} | `{_command(it)}` | {_test(BY_HAND.get(it.title, ''))} |"
        for it in rest
    ]
    return HEAD + "\n".join(map(_row, COVERAGE)) + "\n" + REST + "\n".join(rows) + "\n"


def _row(it: Origin) -> str:
    original = f"{it.heading}: {it.part}" if it.part else it.heading
    there = runbook.load().by_slug
    known = [there.get(runbook.slug(title)) for title in it.sections]
    commands = ", ".join(f"`{_command(section)}`" for section in known if section) or "—"
    hands = dict.fromkeys(BY_HAND.get(title, "") for title in it.sections)
    by = ", ".join(_test(name) for name in hands if name) or "—"
    anchor = runbook.slug(it.why)
    why = f"{it.changed} ([why](decisions/0005-what-the-seed-said.md#{anchor}))"
    sections = ", ".join(map(_link, it.sections))
    return f"| {original} | {sections} | {commands} | {_test(it.test)} | {by} | {why} |"


def _link(title: str) -> str:
    return f"[{title}](../RUNBOOK.md#{runbook.slug(title)})"


def _command(section: Section) -> str:
    """The first command line of the part that names it, without the environment."""
    (line, *_) = runbook.command_lines.found(section.part("Command"))
    return line.replace(" --env prod", "")


def _test(name: str) -> str:
    if not name:
        return "—"
    path, _, function = name.partition("::")
    return f"[{function}](../{path})"
