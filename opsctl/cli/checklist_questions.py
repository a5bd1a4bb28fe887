"""What a checklist asks: answers by options, answers at a terminal, and the offer of a backup."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

import typer

from opsctl import errors
from opsctl.cli import wiring
from opsctl.errors import UsageProblem
from opsctl.journal.checklists import NO, NOT_APPLICABLE, YES, Answer
from opsctl.reports.checklist_items import UNANSWERED, Item
from opsctl.reports.checklist_rules import ASKABLE
from opsctl.terminal import prompts
from opsctl.terminal.blocks import Check, dim

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session

Answered: TypeAlias = Callable[[str, str, str, str], Answer]
"""`Checklists.answered`."""
STOPPED = (errors.CTRL_C_BEFORE_ANYTHING, errors.Interrupted.code)
_WORDS = {
    **dict.fromkeys(("y", "yes"), YES),
    **dict.fromkeys(("n", "no"), NO),
    **dict.fromkeys(("na", "n/a"), NOT_APPLICABLE),
}


def by_options(
    said: Iterable[str], not_applicable: Iterable[str], answered: Answered
) -> dict[str, Answer]:
    """The answers that were given as options. Raises UsageProblem for one that will not do."""
    found: dict[str, Answer] = {}
    for word, option, texts in (
        (YES, "--said", said),
        (NOT_APPLICABLE, "--not-applicable", not_applicable),
    ):
        for text in texts:
            item, _, note = text.partition("=")
            if item not in ASKABLE:
                raise UsageProblem(
                    f"{option}: “{item}” is no item that is asked.",
                    hint=f"There are: {', '.join(ASKABLE)}",
                )
            if item in found:
                raise UsageProblem(f"{item} is answered twice.")
            found[item] = answered(item, word, note, "")
    return found


def fitting(
    given: Mapping[str, Answer], items: Iterable[Item], tell: Callable[[str], None]
) -> dict[str, Answer]:
    """Those answers that something was asked for, about what was seen; tells of the others."""
    found: dict[str, Answer] = {}
    for it in items:
        if it.key not in given:
            continue
        if it.question:
            found[it.key] = dataclasses.replace(given[it.key], about=it.about)
        else:
            tell(f"{it.title}: what was seen counts, not what was said: {it.evidence}")
    return found


def ask(session: Session, items: Iterable[Item], answered: Answered) -> Iterator[Answer]:
    """Asks what is open, and again what was answered with no. An empty answer leaves it open."""
    for it in items:
        if it.question and not it.holds:
            session.screen.settle()
            lines = [dim(f"    {line}") for line in it.lines]
            said = it.told if it.state != UNANSWERED else it.evidence
            session.screen.err.show([Check(it.title, None, said), *lines])
            if answer := _answer(session, it, answered):
                yield answer


def _answer(session: Session, it: Item, answered: Answered) -> Answer | None:
    question = f"{it.question} [yes, no or na, then a note; Enter leaves it open]"
    while typed := prompts.line(session.screen, question):
        word, _, note = typed.partition(" ")
        said = _WORDS.get(word.lower().rstrip(",:;"))
        if said is None:
            session.say("Begin with yes, no or na, as in: na nothing of Terraform in this release")
            continue
        try:
            return answered(it.key, said, note, it.about)
        except UsageProblem as error:
            session.say(error.message)
    return None


def offer_backup(session: Session, what: str) -> bool:
    """Asks whether to make a backup, and runs the ordinary command, with its own plan and question.

    Answers whether it was run. Raises typer.Exit where the operator stopped it.
    """
    session.screen.settle()
    if not prompts.agrees(session.screen, f"Make one now: opsctl backup create {what}?"):
        return False
    from opsctl.cli import backup_create

    try:
        with wiring.command(session.common, name="backup create") as inner:
            backup_create.create(inner, what, "opsctl", "")
    except typer.Exit as end:
        if end.exit_code in STOPPED:
            raise
    return True
