"""The runbook as values: what is a section, what is a part, and what is neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsctl import runbook
from opsctl.errors import BadConfig, NotFound, UsageProblem
from opsctl.runbook import Runbook

SECTION = """\
## Feed the cat

**When** it is hungry.

**Command** `opsctl status --env prod`

**What it does** opens a tin.

<!-- plan: feed -->
Danger: moderate; y/N.
<!-- /plan -->

**Check** it purrs.

**Undo** none.

**By hand**

```bash
## Not a heading
**Check** not a part
cat tin
```

**In between** is no part either.

**Last reviewed** 2026-11-26
"""
TEXT = f"# Cats\n\nAll of it.\n\n{SECTION}\n## Feed the dog\n\n**When** always.\n"


@pytest.fixture
def book() -> Runbook:
    return runbook.parse(TEXT, "RUNBOOK.md")


def test_a_section_has_its_title_its_parts_and_its_blocks(book: Runbook) -> None:
    cat, dog = book.sections
    assert (cat.number, cat.title, cat.slug) == (1, "Feed the cat", "feed-the-cat")
    assert [it.label for it in cat.parts] == list(runbook.PARTS)
    assert cat.part("When") == "it is hungry."
    assert cat.part("Steps") == ""
    assert cat.command_lines == ("opsctl status --env prod",)
    assert cat.bash == ("## Not a heading\n**Check** not a part\ncat tin\n",)
    assert cat.last_reviewed == "2026-11-26"
    assert "**In between** is no part either." in cat.part("By hand")
    assert (dog.number, dog.part("When")) == (2, "always.")
    assert book.head == "# Cats\n\nAll of it."


def test_the_danger_is_the_greatest_of_its_plans(book: Runbook) -> None:
    cat, dog = book.sections
    assert (cat.danger, dog.danger) == ("moderate", "none")
    two = SECTION.replace("Danger: moderate; y/N.", "Danger: mild; y/N.\n\nDanger: severe; typed.")
    assert runbook.parse(two, "").sections[0].danger == "severe"
    most = SECTION.replace("Danger: moderate; y/N.", "Danger: mild, up to severe by what is asked.")
    assert runbook.parse(most, "").sections[0].danger == "severe"


def test_the_digest_tells_one_text_from_another(book: Runbook) -> None:
    other = runbook.parse(TEXT.replace("a tin", "two tins"), "")
    cat, dog = book.sections
    assert other.sections[0].digest != cat.digest
    assert other.sections[1].digest == dog.digest
    moved = runbook.parse(TEXT.replace("# Cats", "# Cats\n\n## Before\n\n**When** never."), "")
    assert moved.sections[1].digest == cat.digest


def test_the_form_is_held_and_what_deviates_is_said(book: Runbook) -> None:
    cat, dog = book.sections
    assert runbook.deviations(cat) == ()
    assert "its parts are When; they must be" in runbook.deviations(dog)[0]
    steps = SECTION.replace("**Command**", "**Steps**\n\n1. One\n\n**Command**")
    (said,) = runbook.deviations(runbook.parse(steps, "").sections[0])
    assert said == "Steps does not stand right after Command"
    (said,) = runbook.deviations(
        runbook.parse(SECTION.replace("2026-11-26", "last week"), "").sections[0]
    )
    assert said.startswith("Last reviewed is “last week”")
    (said,) = runbook.deviations(runbook.parse(SECTION.replace(" none.", ""), "").sections[0])
    assert said == "Undo is empty"


@pytest.mark.parametrize("words", ["1", "feed-the-cat", "Feed the cat", "feed the c", "FEED-THE-C"])
def test_a_section_is_found_by_number_name_title_or_its_beginning(
    words: str, book: Runbook
) -> None:
    assert book.find(words).title == "Feed the cat"


def test_a_beginning_of_several_names_them(book: Runbook) -> None:
    with pytest.raises(UsageProblem, match="2 sections begin with “feed”") as raised:
        book.find("feed")
    assert "feed-the-dog" in raised.value.hint


@pytest.mark.parametrize("words", ["fed the cat", "cat", "feed-teh-cat"])
def test_what_comes_near_is_suggested(words: str, book: Runbook) -> None:
    with pytest.raises(NotFound) as raised:
        book.find(words)
    assert "feed-the-cat" in raised.value.hint.partition("\n")[0]


@pytest.mark.parametrize("words", ["", "3", "0", "-1", "\x1b[31m", "…", "../../etc/passwd"])
def test_what_is_no_section_is_not_found(words: str, book: Runbook) -> None:
    with pytest.raises(NotFound, match="has no section") as raised:
        book.find(words)
    assert "opsctl runbook list" in raised.value.hint


def test_a_team_has_its_own_file(tmp_path: Path) -> None:
    path = tmp_path / "OURS.md"
    path.write_text(TEXT, encoding="utf-8")
    assert runbook.load(str(path)).sections[0].title == "Feed the cat"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"# Only a title", "has no section"),
        (b"```\n## In code\n```\n", "has no section"),
        (b"## Twice\n\n## twice!\n", "two sections that would be called “twice”"),
        (b"## " + b"long " * 25 + b"\n", "title has 124 characters; at most 120"),
    ],
)
def test_a_file_that_is_no_runbook_is_told(
    content: bytes | None, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "OURS.md"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadConfig, match=said):
        runbook.load(str(path))


def test_a_heading_becomes_the_name_that_a_link_has() -> None:
    assert runbook.slug("Erase a user's data") == "erase-a-users-data"
    assert runbook.slug("DynamoDB throttling") == "dynamodb-throttling"
