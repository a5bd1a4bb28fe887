"""`opsctl runbook do`: everything around a walk, from the words to how it ended."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from opsctl import errors, runbook
from opsctl.cli import line_check, runbook_book, runbook_screen
from opsctl.cli.runbook_walk import Ended, Walker
from opsctl.journal.walks import Walk, Walks
from opsctl.outcome import Outcome, StepStatus
from opsctl.runbook import Section, command_lines, steps
from opsctl.runbook.steps import Step
from opsctl.terminal.blocks import bold

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session


def command(
    session: Session, words: str, given: Iterable[str], *, restart: bool, only_status: bool
) -> None:
    """Walks through the section that the words name, or only shows how that stands."""
    book = runbook_book.book(session.common)
    section, env = book.find(words), session.target.env
    shown = runbook_book.text(section, book, session.target)
    found = steps.of(runbook.parse(shown, book.source).sections[0])
    values = _values(given, found)
    latest = _latest(session, section)
    if only_status:
        return _status(session, section, latest)
    if session.common.dry_run:
        blocks = [bold(f"{section.title} in {env}"), *runbook_screen.listing(found, latest)]
        made: dict[str, Any] = {"section": section.title, "steps": runbook_screen.planned(found)}
        return session.end(Outcome(session.name, "planned", result=made), answer=blocks)
    if session.common.no_input or not session.screen.can_ask:
        raise errors.NeedsAnswer(
            "A walk asks at each step, and there is nobody to ask.",
            hint="Run this at a terminal, without --no-input; --dry-run lists the steps.",
        )
    _check_lines(section, found)
    walk = _walk(session, section, len(found), latest, restart=restart)
    ended = _walker(session, section, found, values).go(walk)
    return _end(session, section, found, ended)


def walks(session: Session) -> Walks:
    """The walks of the session's environment."""
    return Walks(session.store, session.target.env)


def unfinished(session: Session) -> dict[str, Walk]:
    """The walks that have steps left, by section. Where the records do not answer that is told:
    the runbook itself has to be there just then."""
    try:
        return {it.slug: it for it in walks(session).open()}
    except errors.OpsctlError as error:
        session.screen.say(f"Walks were not looked at: {error.message}", "warn")
        return {}


def _latest(session: Session, section: Section) -> Walk | None:
    """The newest walk through the section; a line of its record that was edited does not count."""
    kept = walks(session)
    for line in kept.examine(section.slug).broken:
        session.screen.say(f"Somebody edited the record of walks: {line}", "warn")
    return kept.latest(section.slug)


def _values(given: Iterable[str], found: Iterable[Step]) -> dict[str, str]:
    """`--set`, checked against what the section leaves open."""
    known = sorted({it for step in found for line in step.lines for it in _open(line)})
    values: dict[str, str] = {}
    for each in given:
        name, is_set, value = each.partition("=")
        if not is_set or not value:
            raise errors.UsageProblem(f"--set {each} is not NAME=VALUE.", hint="--set TAG=1.3.0")
        if name not in known:
            there = f"There are: {', '.join(known)}" if known else "It leaves nothing open."
            raise errors.UsageProblem(f"The section has no {name} to be set.", hint=there)
        if value.startswith("-") and value != "-":
            raise errors.UsageProblem(f"{name} cannot be {value}: that would be an option.")
        values[name] = value
    return values


def _open(line: str) -> tuple[str, ...]:
    return command_lines.left_open(line)


def _check_lines(section: Section, found: Iterable[Step]) -> None:
    """Raises BadConfig when the runbook names a command that this opsctl does not have, or answers
    a question in the operator's place."""
    for line in (line for step in found for line in step.lines):
        words = command_lines.words(line)
        wrong = line_check.forbidden(words) or line_check.problem(words, command_lines.is_open)
        if wrong:
            raise errors.BadConfig(
                f"The section “{section.title}” cannot be walked through: `{line}`: {wrong}",
                hint="Mend the runbook, or use the opsctl that it was written for.",
            )


def _walk(
    session: Session, section: Section, total: int, latest: Walk | None, *, restart: bool
) -> Walk:
    """The walk to go on with, or a new one. Raises FactsChanged when its text is another now."""
    if latest is None or not latest.is_open or restart:
        incident = session.current_incident()
        return walks(session).start(
            section.title, section.slug, section.digest, total, incident=incident
        )
    again = f"opsctl runbook do {section.slug} -e {latest.env}"
    # Another opsctl may find other steps in the same text.
    if (latest.digest, latest.total) != (section.digest, total):
        raise errors.FactsChanged(
            f"“{section.title}” was changed since this walk began ({latest.began:%Y-%m-%d %H:%M} "
            f"UTC): its step {latest.next} may be another one now.",
            hint=f"{again} --status shows what was done\n{again} --restart begins anew",
        )
    session.say(f"Going on: {runbook_screen.where(latest)}. To begin anew: --restart")
    if latest.cut_off is not None:
        began = latest.cut_off
        session.say(
            f"Step {began.number} began {runbook_screen.moment(began.at)} UTC by {began.by} and "
            f"has no end: it was cut off, or still runs. Look: opsctl history -e {latest.env}"
        )
    return latest


def _walker(
    session: Session, section: Section, found: tuple[Step, ...], values: dict[str, str]
) -> Walker:
    from opsctl.cli.runbook_answers import Terminal

    target = session.target
    named = target.explicit or target.is_sandbox
    if not named:
        # What cannot be undone needs the environment to be named, and here nobody did.
        os.environ["OPSCTL_ENV"] = target.env
    return Walker(
        section,
        found,
        walks(session),
        Terminal(session.screen),
        lambda words: _run(session, words),
        target.env,
        values,
        named=named,
        newest_run=lambda: next((it.id for it in session.journal.runs(1)), ""),
    )


def _run(session: Session, words: list[str]) -> int:
    """Runs a command line as if it had been typed, with what was said of this walk."""
    from opsctl.cli.app import run

    common = session.common
    beside = {
        "--config": str(common.config) if common.config else "",
        "--reason": common.reason,
        "--incident": common.incident,
    }
    for option, value in beside.items():
        if value and option not in words and line_check.takes(words, option):
            words = [*words, option, value]
    words += [
        flag for flag in ("--no-color", "--debug") if getattr(common, flag[2:].replace("-", "_"))
    ]
    # With -o json, standard output carries the walk's own document and nothing else.
    aside: Any = contextlib.nullcontext()
    if common.output == "json":
        aside = contextlib.redirect_stdout(sys.stderr)
    with aside:
        return run(words)


def _status(session: Session, section: Section, walk: Walk | None) -> None:
    if walk is None:
        raise errors.NotFound(
            f"Nobody has walked through “{section.title}” in {session.target.env}.",
            hint=f"opsctl runbook do {section.slug} -e {session.target.env}",
        )
    made = runbook_screen.result(walk)
    made["text_changed"] = walk.digest != section.digest
    session.answer(made, lambda _: runbook_screen.standing(walk))


def _end(session: Session, section: Section, found: Sequence[Step], ended: Ended) -> None:
    """Leaves with the exit code of what ended the walk."""
    walk, code = ended.walk, ended.code
    outcome = Outcome(session.name, "done", code, result=runbook_screen.result(walk))
    if not walk.is_open:
        return session.end(outcome, answer=list(runbook_screen.standing(walk)))
    how = {it.number: it.how for it in walk.steps}
    outcome.steps = [
        StepStatus(it.title, how.get(number, "pending")) for number, it in enumerate(found, 1)
    ]
    again = f"opsctl runbook do {section.slug} -e {walk.env}"
    outcome.error = _error(code, f"{ended.why} Step {walk.next} of {walk.total} is next.", again)
    outcome.status = outcome.error.status
    return session.end(outcome)


def _error(code: int, message: str, again: str) -> errors.OpsctlError:
    """The error of that exit code, so that the document names its kind."""
    kinds = {it.code: it for it in errors.documented()}
    kind = kinds.get(code, errors.Cancelled if code == errors.CTRL_C_BEFORE_ANYTHING else None)
    return (kind or errors.OpsctlError)(message, hint=f"{again} goes on there.")
