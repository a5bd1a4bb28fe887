"""`opsctl checklist`: what has to hold before a deployment, looked at or asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session
    from opsctl.journal.checklists import Answer, Checklists
    from opsctl.reports.checklist import Seen
    from opsctl.reports.checklist_items import Checklist, Item

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="What has to hold before a deployment, looked at or asked.",
    epilog=options.example("opsctl checklist deploy 1.3.0 --env prod"),
)


@app.callback()
def checklist() -> None:
    """What has to hold before a deployment, looked at or asked."""


@app.command(
    epilog=options.example(
        "opsctl checklist deploy 1.3.0 --env prod",
        "opsctl checklist deploy --env prod",
        "opsctl checklist deploy 1.3.0 --said notified='#ops, 14:05' --env prod",
    )
)
@options.reads
def deploy(
    common: Common,
    image: Annotated[
        str | None,
        typer.Argument(metavar="[TAG]", help="The image, as `opsctl deploy` takes it."),
    ] = None,
    said: Annotated[
        list[str] | None,
        typer.Option("--said", metavar="ITEM[=NOTE]", help="Answer with yes, without a terminal."),
    ] = None,
    not_applicable: Annotated[
        list[str] | None,
        typer.Option("--not-applicable", metavar="ITEM=WHY", help="Answer that it does not apply."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Ask again what was answered before.")
    ] = False,
) -> None:
    """Go through the checklist before a deployment.

    CI, review, Terraform's plan, backups, health, incidents, lock, image and what a task needs are
    looked at; the rest is asked at a terminal, or answered by --said. Answers count for four hours,
    for this tag, commit and live revision, and `opsctl deploy` shows them. Without TAG it is about
    what is checked out. Exit code 30 when something does not hold or is not answered.
    """
    with wiring.command(common, name="checklist deploy") as session:
        from opsctl.cli import checklist_questions as questions
        from opsctl.cli import checklist_screen as screen
        from opsctl.journal.checklists import Checklists
        from opsctl.reports import checklist as report

        kept = Checklists(session.store, session.target.env)
        given = questions.by_options(said or (), not_applicable or (), kept.answered)
        if image == "":
            raise UsageProblem("An empty TAG names no image.", hint="Leave it out, or name one.")
        session.look()
        seen = report.gather(session, image or "", str(Path.cwd()))
        found = _gone_through(session, kept, seen, given, again=again)
        session.answer(found, screen.screen, well=found.holds)


def _gone_through(
    session: Session, kept: Checklists, seen: Seen, given: dict[str, Answer], *, again: bool
) -> Checklist:
    """Every item judged and, where somebody can be asked, answered; and that is kept."""
    from opsctl.cli import checklist_questions as questions
    from opsctl.reports import checklist as report
    from opsctl.reports import checklist_backups as backups
    from opsctl.reports import checklist_rules as rules

    earlier = {} if again else _earlier(session, kept, seen)
    fresh = questions.fitting(given, rules.items(seen, {}), session.say)
    can_ask = session.screen.can_ask and not session.common.no_input
    if can_ask:
        asked = questions.ask(session, rules.items(seen, earlier | fresh), kept.answered)
        fresh |= {it.item: it for it in asked}
    answers = earlier | fresh
    is_kept = _keep(session, kept, seen, fresh, rules.items(seen, answers))
    is_text = session.common.output == "text"
    if can_ask and is_text and backups.can_make(seen):
        session.screen.settle()
        session.screen.err.show(backups.item(seen).evidence)
        if questions.offer_backup(session, backups.what(seen)):
            seen = report.again(seen, session)
            is_kept = _keep(session, kept, seen, {}, rules.items(seen, answers)) and is_kept
    return _checklist(seen, rules.items(seen, answers), kept=is_kept)


def _earlier(session: Session, kept: Checklists, seen: Seen) -> dict[str, Answer]:
    """What was answered before; nothing where that cannot be read, and no line that was edited."""
    from opsctl.errors import OpsctlError

    try:
        for line in kept.examine().broken:
            session.screen.say(f"Somebody edited the record of checklists: {line}", "warn")
        return kept.answers(seen.subject)
    except OpsctlError as error:
        session.screen.say(f"Earlier answers could not be read: {error.message}", "warn")
        return {}


def _keep(
    session: Session,
    kept: Checklists,
    seen: Seen,
    answers: dict[str, Answer],
    items: tuple[Item, ...],
) -> bool:
    """Keeps what was seen and said; where that cannot be written, says so."""
    from opsctl.errors import OpsctlError
    from opsctl.reports.checklist_items import entries

    try:
        kept.keep(seen.subject, answers.values(), entries(items))
    except OpsctlError as error:
        told = f"This could not be kept, so `opsctl deploy` will not show it: {error.message}"
        session.screen.say(told, "warn")
        return False
    return True


def _checklist(seen: Seen, items: tuple[Item, ...], *, kept: bool) -> Checklist:
    from opsctl.reports.checklist_items import Checklist

    subject = seen.subject
    return Checklist(
        env=seen.target.env,
        tag=subject.tag,
        commit=subject.commit,
        live=subject.live,
        at=seen.at,
        items=items,
        holds=all(it.holds for it in items),
        kept=kept,
    )
