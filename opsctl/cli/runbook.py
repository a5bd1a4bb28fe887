"""`opsctl runbook`: the runbook in the terminal, and a walk through one of its sections."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from opsctl.cli import completion, options, wiring
from opsctl.cli.options import Common

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Show the runbook, or walk through one of its sections.",
    epilog=options.example(
        "opsctl runbook list",
        "opsctl runbook show roll-back-a-release",
        "opsctl runbook do deploy-a-release --set TAG=1.3.0 --env prod",
    ),
)


def slugs(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Completes the sections of the runbook that counts; nothing where it cannot be read."""
    from opsctl.cli import runbook_book

    try:
        config = context.params.get("config")
        common = Common(env=context.params.get("env"), config=Path(config) if config else None)
        known = [(it.slug, it.title) for it in runbook_book.book(common).sections]
    except Exception:
        # A traceback over the line that is being typed helps nobody.
        return []
    return completion.fitting(known, context, incomplete)


Named = Annotated[
    list[str],
    typer.Argument(
        metavar="SECTION",
        help="Its title, how that begins, its name in links, or its number.",
        autocompletion=slugs,
    ),
]


@app.command("list", epilog=options.example("opsctl runbook list", "opsctl runbook list -e prod"))
@options.reads
def list_(common: Common) -> None:
    """Every section with its danger, when it was reviewed, and a walk that is not finished."""
    with wiring.command(common, name="runbook list") as session:
        from opsctl.cli import runbook_book, runbook_do, runbook_screen

        book = runbook_book.book(common)
        known = runbook_book.environment(common)
        walks = runbook_do.unfinished(session) if known else {}
        found = runbook_screen.listed(book, walks)
        columns = session.screen.out.columns
        session.answer(found, lambda _: runbook_screen.table(book, walks, columns))


@app.command(
    epilog=options.example(
        "opsctl runbook show deploy-a-release", "opsctl runbook show 'high error' --env prod"
    )
)
@options.reads
def show(
    common: Common,
    section: Named,
    no_pager: Annotated[
        bool, typer.Option("--no-pager", help="Never start a pager ($PAGER, else less).")
    ] = False,
) -> None:
    """One section. With --env, in the words of that environment: its names, to be copied.

    At a terminal it is laid out to be read; elsewhere it is the Markdown itself.
    """
    with wiring.command(common, name="runbook show") as session:
        from opsctl.cli import runbook_book, runbook_screen

        book = runbook_book.book(common)
        found = book.find(" ".join(section))
        text = runbook_book.text(found, book, session.target) if common.env else found.text
        if common.output == "json":
            session.answer(runbook_screen.whole(found, text), lambda _: "")
        else:
            runbook_screen.show(session.screen, text, os.environ, paged=not no_pager)


@app.command(
    epilog=options.example(
        "opsctl runbook do deploy-a-release --set TAG=1.3.0 --env prod",
        "opsctl runbook do 'restore the table' --dry-run --env prod",
    )
)
@options.walks
def do(
    common: Common,
    section: Named,
    set_: Annotated[
        list[str],
        typer.Option("--set", metavar="NAME=VALUE", help="What a word in capitals stands for."),
    ] = [],  # noqa: B006 -- Typer copies it
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew, and give an unfinished walk up.")
    ] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Only show how far the latest walk came.")
    ] = False,
) -> None:
    """Walk through a section, step by step, at a terminal.

    What is codified is run as the command that it is, with its own plan and its own question;
    what is manual is shown, and you say when it is done. Each step can be skipped, and the walk
    stopped: the same command goes on there. Who did what when is written down.
    """
    with wiring.command(common, name="runbook do") as session:
        from opsctl.cli import runbook_do

        words = " ".join(section)
        runbook_do.command(session, words, set_, restart=restart, only_status=status)
