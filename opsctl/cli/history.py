"""`opsctl history`: what was run, by whom, and how it ended."""

from __future__ import annotations

from typing import Annotated

import typer

from opsctl.cli import completion, options, wiring
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem

app = typer.Typer(add_completion=False)


@app.callback(
    invoke_without_command=True,
    epilog=options.example(
        "opsctl history --env prod",
        "opsctl history show last --env prod",
        "opsctl history --verify --env prod",
    ),
)
@options.reads
def history(
    context: typer.Context,
    common: Common,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", help="How many runs, the newest first.", min=1)
    ] = 20,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check that nobody edited what is journaled.")
    ] = False,
) -> None:
    """What was run, by whom, and how it ended.

    With --verify, looks at every line of the hash chains instead: runs, incidents, checklists and
    walks through the runbook. Exit code 30 when one is broken.
    """
    if context.invoked_subcommand:
        if common != Common() or verify:
            raise UsageProblem("Options of `history show` stand after it.")
    elif verify:
        _verify(common)
    else:
        _list(common, limit)


@app.command(epilog=options.example("opsctl history show last --env prod"))
@options.reads
def show(
    common: Common,
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            autocompletion=completion.of("runs"),
            help="Its id, a unique beginning of it, or `last`.",
        ),
    ],
) -> None:
    """One run in full: each step, how it ended, its undo and AWS's request ids."""
    with wiring.command(common, name="history show") as session:
        from opsctl.cli import history_screen as screen

        record = session.journal.run(run)
        session.answer(screen.full_json(record), lambda _: screen.one(record))


def _list(common: Common, limit: int) -> None:
    with wiring.command(common, name="history") as session:
        from opsctl.cli import history_screen as screen

        env = session.target.env
        runs = session.journal.runs(limit)
        if passed_over := session.journal.unreadable:
            lines = "1 line" if passed_over == 1 else f"{passed_over} lines"
            session.say(
                f"{lines} of the journal cannot be read: opsctl history --verify --env {env}"
            )
        found = {"runs": [screen.summary_json(run) for run in runs]}
        session.answer(found, lambda _: screen.table(runs, env))


def _verify(common: Common) -> None:
    with wiring.command(common, name="history --verify") as session:
        from opsctl.cli import history_screen as screen
        from opsctl.journal import chain
        from opsctl.journal.checklists import Checklists
        from opsctl.journal.walks import Walks

        env = session.target.env
        findings = chain.together(
            {
                "": session.journal.examine(),
                "incidents": session.incidents.examine(),
                "checklists": Checklists(session.store, env).examine(),
                **Walks(session.store, env).examined(),
            }
        )
        session.answer(findings, lambda _: screen.chain(findings, env), well=not findings.broken)
