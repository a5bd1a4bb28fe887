"""`opsctl logs query`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from opsctl.cli import completion, moments, options, wiring
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem
from opsctl.terminal import streaming
from opsctl.terminal.blocks import Block, Table, dim
from opsctl.terminal.text import clean

if TYPE_CHECKING:
    from opsctl.reports.log_query import Answer, Ask, Named

Words = Annotated[
    str | None,
    typer.Argument(
        metavar="[INSIGHTS|NAME]",
        autocompletion=completion.of("queries"),
        help="A query, or the name of one.",
    ),
]


@options.reads
def query(
    common: Common,
    words: Words = None,
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="From when: 1h, or a time in UTC.")
    ] = "1h",
    until: Annotated[
        str, typer.Option("--until", metavar="TIME", help="To when; now, if not said.")
    ] = "",
    most: Annotated[int, typer.Option("--max", metavar="N", help="At most N rows.")] = 1000,
    as_csv: Annotated[bool, typer.Option("--csv", help="The rows as CSV.")] = False,
    list_: Annotated[
        bool, typer.Option("--list", help="The named queries, as without a query.")
    ] = False,
) -> None:
    """Ask Logs Insights, by name or in its own language; the rows as a table.

    What is read is paid for, by the byte. Ctrl-C stops the query. Names come from `queries` of
    opsctl.toml too.
    """
    with wiring.command(common, name="logs query") as session:
        from opsctl.reports import log_query as report

        if list_ or words is None:
            names = report.named(session.target)
            session.answer({"queries": names}, lambda _: listed(names))
            return
        if as_csv and session.form == "json":
            raise UsageProblem("--csv and -o json are two forms of the same: say one.")
        now = datetime.now(UTC)
        ask = report.Ask(
            report.text_of(words, session.target),
            moments.past("--since", since, now),
            moments.past("--until", until, now) if until else now,
            most,
        )
        answer = _answered(session, ask)
        if as_csv:
            streaming.pour_text([written(answer)], session.screen)
        else:
            session.answer(answer, table)
        session.say(summary(answer))


def _answered(session: wiring.Session, ask: Ask) -> Answer:
    from opsctl.reports import log_query, log_sources

    session.look()
    found = log_sources.find(session.aws, log_sources.Choice())
    for note in found.notes:
        session.say(note)
    answer = log_query.run(session.aws, found.sources, ask, session.screen.waiting)
    session.screen.settle()
    return answer


def table(answer: Answer) -> Iterator[Block]:
    """The rows under their fields."""
    if answer.rows:
        rows = [[row.get(name, "") for name in answer.columns] for row in answer.rows]
        yield Table(answer.columns, rows)


def written(answer: Answer) -> str:
    """The same as CSV, with a line of names first."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(answer.columns)
    rows.writerows([clean(row.get(name, "")) for name in answer.columns] for row in answer.rows)
    return out.getvalue() if answer.columns else ""


def summary(answer: Answer) -> str:
    """The words after the rows."""
    count = f"{len(answer.rows):,} row{'' if len(answer.rows) == 1 else 's'}"
    return (
        f"{count}; {answer.matched:,} of {answer.scanned:,} lines fit, "
        f"{answer.read_bytes / 1e6:,.1f} MB read, in {', '.join(answer.groups)}."
    )


def listed(names: tuple[Named, ...]) -> Iterator[Block]:
    """Each named query, and where it is from."""
    yield Table(
        ("NAME", "FROM", "QUERY"),
        [(it.name, "opsctl.toml" if it.own else dim("opsctl"), it.text) for it in names],
    )
