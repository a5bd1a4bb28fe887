"""What a checklist asks, and which answers it takes."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from checklist_samples import PLANNED, said, seen

from opsctl.cli import backup_create
from opsctl.cli import checklist_questions as questions
from opsctl.cli.options import Common
from opsctl.errors import Cancelled, UsageProblem
from opsctl.journal.checklists import NO, NOT_APPLICABLE, YES, Answer, Checklists
from opsctl.reports.checklist_items import Item
from opsctl.reports.checklist_rules import items
from opsctl.state import LocalStore
from opsctl.terminal.screen import Screen


class Terminal(io.StringIO):
    """Text that says it is a terminal."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("no descriptor")


@pytest.fixture
def kept(tmp_path: Path) -> Checklists:
    return Checklists(LocalStore(tmp_path), "prod")


def desk(typed: str) -> Any:
    """A session at a terminal that cannot move its cursor."""
    dumb = {"TERM": "dumb"}
    screen = Screen(stdin=Terminal(typed), stdout=io.StringIO(), stderr=Terminal(), environ=dumb)
    return SimpleNamespace(screen=screen, say=screen.say, common=Common(env="local"))


def told(session: Any) -> str:
    return str(session.screen.err.file.getvalue())


def ask(session: Any, kept: Checklists, found: tuple[Item, ...]) -> list[tuple[str, str, str]]:
    answers = questions.ask(session, found, kept.answered)
    return [(it.item, it.said, it.note) for it in answers]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("yes", (YES, "")),
        ("Y in #ops", (YES, "in #ops")),
        ("no, later", (NO, "later")),
        ("na: a game day", (NOT_APPLICABLE, "a game day")),
        ("n/a [bold] \x1b[31m", (NOT_APPLICABLE, "[bold] \x1b[31m")),
    ],
)
def test_an_answer_is_a_word_and_a_note(
    kept: Checklists, typed: str, answer: tuple[str, str]
) -> None:
    session = desk(f"{typed}\n")
    assert ask(session, kept, items(seen(), {})) == [("notified", *answer)]
    assert "Was the team told of this deployment?" in told(session)


def test_what_is_no_answer_is_asked_again_and_enter_leaves_it_open(kept: Checklists) -> None:
    session = desk("perhaps\nna\nyesterday\n\n")
    assert ask(session, kept, items(seen(), {})) == []
    assert told(session).count("Was the team told") == 4
    assert "Begin with yes, no or na" in told(session)
    assert "Why is notified not applicable?" in told(session)


def test_only_what_is_open_or_was_denied_is_asked(kept: Checklists) -> None:
    settled = items(seen(), {"notified": said("notified")})
    assert ask(desk(""), kept, settled) == []
    denied = items(seen(), {"notified": said("notified", NO)})
    session = desk("yes\n")
    assert ask(session, kept, denied) == [("notified", YES, "")]
    assert "ana@desk said no" in told(session)


def test_a_plan_is_shown_before_it_is_asked_about_and_the_answer_is_about_it(
    kept: Checklists,
) -> None:
    session = desk("yes\n\n")
    found = items(seen(planned=PLANNED), {})
    (answer,) = questions.ask(session, found, kept.answered)
    assert answer.about == next(it.about for it in found if it.key == "terraform")
    assert "change aws_ecs_service.app (task_definition)" in told(session)


def test_the_end_of_the_input_is_no_answer(kept: Checklists) -> None:
    with pytest.raises(Cancelled):
        ask(desk(""), kept, items(seen(), {}))


def test_options_answer_by_item_and_note(kept: Checklists) -> None:
    given = questions.by_options(
        ["review", "notified=#ops = here"], ["terraform=none of it"], kept.answered
    )
    found = {item: (it.said, it.note) for item, it in given.items()}
    assert found == {
        "review": (YES, ""),
        "notified": (YES, "#ops = here"),
        "terraform": (NOT_APPLICABLE, "none of it"),
    }


@pytest.mark.parametrize(
    ("yes", "na", "words"),
    [
        (["health"], [], "“health” is no item"),
        ([""], [], "“” is no item"),
        (["=x"], [], "is no item"),
        ([], ["notified"], "Why is notified"),
        (["review", "review"], [], "twice"),
        (["review"], ["review=x"], "twice"),
        (["review=" + "x" * 501], [], "501 characters"),
    ],
)
def test_options_that_say_nothing_are_refused(
    kept: Checklists, yes: list[str], na: list[str], words: str
) -> None:
    with pytest.raises(UsageProblem, match=words):
        questions.by_options(yes, na, kept.answered)


def test_an_answer_to_what_was_looked_at_does_not_count_and_is_told() -> None:
    found = items(seen(planned=PLANNED), {})
    given = {it: said(it) for it in ("tests", "terraform", "notified")}
    heard: list[str] = []
    fitting: dict[str, Answer] = questions.fitting(given, found, heard.append)
    assert set(fitting) == {"terraform", "notified"}
    assert fitting["terraform"].about
    assert len(heard) == 1
    assert heard[0].startswith("Tests pass in CI: what was seen counts")


@pytest.mark.parametrize(
    ("code", "stops"), [(0, False), (20, False), (16, False), (130, True), (22, True)]
)
def test_a_backup_that_was_stopped_stops_the_checklist_too(
    monkeypatch: pytest.MonkeyPatch, code: int, stops: bool
) -> None:
    made: list[tuple[str, str, str]] = []

    def create(session: Any, what: str, engine: str, name: str) -> None:
        made.append((what, engine, name))
        if code:
            raise typer.Exit(code)

    monkeypatch.setattr(backup_create, "create", create)
    if stops:
        with pytest.raises(typer.Exit):
            questions.offer_backup(desk("y\n"), "all")
    else:
        assert questions.offer_backup(desk("y\n"), "all")
    assert made == [("all", "opsctl", "")]


def test_a_backup_is_not_made_unless_somebody_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_create, "create", lambda *words: pytest.fail("it was made"))
    assert not questions.offer_backup(desk("\n"), "all")
