"""Checklists: answers count for a time and for one subject, and nobody edits them unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from opsctl.errors import Forbidden, UsageProblem
from opsctl.journal import chain
from opsctl.journal.checklists import (
    KEPT,
    LONGEST,
    NO,
    NOT_APPLICABLE,
    YES,
    Answer,
    Checklists,
    Entry,
    Subject,
)
from opsctl.state import LocalStore

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SUBJECT = Subject("1.3.0", "a" * 40, "arn:3")
ENTRY = Entry("tests", "Tests pass in CI", "ok", "test passed")


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def checklists(tmp_path: Path, clock: Clock) -> Checklists:
    return Checklists(LocalStore(tmp_path), "prod", clock)


def test_what_was_seen_and_said_is_read_back(checklists: Checklists) -> None:
    said = checklists.answered("notified", YES, " in #engineering ")
    kept = checklists.keep(SUBJECT, [said], [ENTRY])
    assert (said.note, said.at) == ("in #engineering", NOON)
    assert checklists.latest("1.3.0") == kept
    assert checklists.answers(SUBJECT) == {"notified": said}
    assert kept.entries == (ENTRY,)


@pytest.mark.parametrize(
    "other",
    [
        replace(SUBJECT, tag="1.4.0"),
        replace(SUBJECT, commit="b" * 40),
        replace(SUBJECT, live="arn:4"),
    ],
)
def test_an_answer_counts_for_its_tag_commit_and_live_revision_only(
    checklists: Checklists, other: Subject
) -> None:
    checklists.keep(SUBJECT, [checklists.answered("notified", YES, "")], [])
    assert checklists.answers(other) == {}


def test_an_answer_is_forgotten_after_a_while_however_often_one_looks_again(
    checklists: Checklists, clock: Clock
) -> None:
    checklists.keep(SUBJECT, [checklists.answered("notified", YES, "")], [])
    clock.now += KEPT - timedelta(seconds=1)
    checklists.keep(SUBJECT, [], [ENTRY])
    assert set(checklists.answers(SUBJECT)) == {"notified"}
    clock.now += timedelta(seconds=1)
    assert checklists.answers(SUBJECT) == {}
    assert checklists.latest("1.3.0")
    clock.now += KEPT
    assert checklists.latest("1.3.0") is None


def test_the_newest_answer_counts(checklists: Checklists, clock: Clock) -> None:
    checklists.keep(SUBJECT, [checklists.answered("notified", NO, "")], [])
    clock.now += timedelta(minutes=1)
    checklists.keep(SUBJECT, [checklists.answered("notified", YES, "")], [])
    assert checklists.answers(SUBJECT)["notified"].said == YES


def test_not_applicable_needs_a_reason_and_no_note_is_endless(checklists: Checklists) -> None:
    with pytest.raises(UsageProblem, match="Why"):
        checklists.answered("notified", NOT_APPLICABLE, "  ")
    with pytest.raises(UsageProblem, match="characters"):
        checklists.answered("notified", YES, "x" * (LONGEST + 1))


def test_hostile_notes_are_kept_as_they_are_on_one_line(
    checklists: Checklists, tmp_path: Path
) -> None:
    note = "[bold]\x1b]0;pwn\x07\nsecond\u202e"
    checklists.keep(SUBJECT, [checklists.answered("notified", YES, note)], [])
    assert checklists.answers(SUBJECT)["notified"].note == note
    (line,) = (tmp_path / "checklists" / "prod.jsonl").read_bytes().splitlines()
    assert b"\x1b" not in line


def test_an_edited_line_is_found_and_does_not_count(checklists: Checklists, tmp_path: Path) -> None:
    checklists.keep(SUBJECT, [checklists.answered("notified", NO, "")], [])
    assert not checklists.examine().broken
    path = tmp_path / "checklists" / "prod.jsonl"
    path.write_text(path.read_text().replace('"said": "no"', '"said": "yes"'))
    assert checklists.examine().broken
    assert checklists.answers(SUBJECT) == {}
    assert checklists.latest("1.3.0") is None


@pytest.mark.parametrize(
    "said", [{"event": "else"}, {"tag": "", "commit": "", "live": "", "at": 5}]
)
def test_a_line_of_another_kind_is_passed_over(
    checklists: Checklists, tmp_path: Path, said: dict[str, object]
) -> None:
    checklists.keep(SUBJECT, [], [ENTRY])
    LocalStore(tmp_path).append("checklists/prod", lambda last: chain.seal(said, last))
    assert checklists.latest("1.3.0")


def test_where_it_cannot_be_written_it_says_so(checklists: Checklists, tmp_path: Path) -> None:
    (tmp_path / "checklists").write_text("in the way")
    with pytest.raises(Forbidden):
        checklists.keep(SUBJECT, [Answer("notified", YES, "", "ana", NOON)], [])
