"""The runbook on the screen: what is not finished comes first, and each step is in a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsctl import runbook
from opsctl.cli import runbook_screen as screen
from opsctl.journal.walks import Walk, Walks
from opsctl.runbook import steps
from opsctl.state import LocalStore
from opsctl.terminal.layout import lines

BOOK = runbook.load()
SECTION = BOOK.find("roll back")


@pytest.fixture
def walk(tmp_path: Path) -> Walk:
    walks = Walks(LocalStore(tmp_path), "prod")
    made = walks.start(SECTION.title, SECTION.slug, SECTION.digest, 3, incident="20261126-1")
    made = walks.note_step(made, "Is it bad?", "done")
    return walks.note_step(
        made, "opsctl rollback", "failed", line="opsctl rollback", exit_code=23, run="r-1"
    )


def text(blocks: object) -> str:
    return "\n".join(lines(blocks, colour=False))  # type: ignore[arg-type]


def test_what_is_not_finished_stands_first_with_the_command_that_goes_on(walk: Walk) -> None:
    first, second, header, *rows = text(screen.table(BOOK, {walk.slug: walk})).split("\n")
    assert first.startswith("Not finished: “Roll back a release”, step 2 of 3 is next, begun ")
    assert first.endswith("in incident 20261126-1")
    assert second == "  opsctl runbook do roll-back-a-release -e prod"
    assert header.split() == ["#", "SECTION", "DANGER", "REVIEWED", "NAME"]
    assert len(rows) == len(BOOK.sections)


def test_a_small_terminal_has_no_room_for_the_names_in_links() -> None:
    narrow = text(screen.table(BOOK, {}, 80)).split("\n")
    assert narrow[0].split() == ["#", "SECTION", "DANGER", "REVIEWED"]
    assert max(map(len, narrow)) <= 80
    assert "roll-back-a-release" in text(screen.table(BOOK, {}, screen.WIDE))


def test_the_document_has_the_walk_beside_its_section(walk: Walk) -> None:
    found = screen.listed(BOOK, {walk.slug: walk})["sections"]
    there = {it["slug"]: it["walk"] for it in found if it["walk"]}
    assert list(there) == ["roll-back-a-release"]
    assert (there[walk.slug]["next"], there[walk.slug]["total"]) == (2, 3)


def test_a_walk_is_shown_step_by_step(walk: Walk) -> None:
    shown = text(screen.standing(walk))
    assert "Roll back a release in prod: step 2 of 3 is next" in shown
    assert "failed (code 23)" in shown
    assert "run r-1" in shown
    assert walk.steps[0].by in shown


def test_a_step_without_an_end_says_so(walk: Walk, tmp_path: Path) -> None:
    walks = Walks(LocalStore(tmp_path), "prod")
    cut = walks.note_step(walk, "opsctl rollback", "began", line="opsctl rollback")
    assert "has no end" in text(screen.standing(cut))


def test_a_walk_that_is_over_says_when(walk: Walk, tmp_path: Path) -> None:
    walks = Walks(LocalStore(tmp_path), "prod")
    over = walks.note_step(walks.note_step(walk, "Two", "done"), "Three", "done")
    assert screen.where(over).startswith("finished 20")
    assert screen.result(over)["next"] is None


def test_the_steps_are_listed_with_what_each_one_is(walk: Walk) -> None:
    shown = text(screen.listing(steps.of(SECTION), walk)).split("\n")
    assert shown[0].startswith("  1. question  A release is bad")
    assert shown[1] == "  2. codified  opsctl rollback --list --env prod"
    assert any("or  opsctl rollback --to REVISION --env prod" in line for line in shown)
    assert shown[-1].endswith("The same command goes on there.")


def test_the_json_of_a_walk_tells_no_seal(walk: Walk) -> None:
    made = screen.result(walk)
    assert "seal" not in made
    assert (made["id"], made["next"]) == (walk.id, 2)
