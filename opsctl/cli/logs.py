"""`opsctl logs`: follow, search and query what the service says."""

from __future__ import annotations

from typing import Annotated

import typer

from opsctl import errors
from opsctl.cli import logs_query, options, wiring
from opsctl.cli.options import Common

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="What the service says: follow it, search it, query it.",
    epilog=options.example(
        "opsctl logs tail --env prod",
        "opsctl logs search 'cannot read image' --since 6h --env prod",
        "opsctl logs query errors --since 1h --env prod",
    ),
)
Task = Annotated[
    str, typer.Option("--task", metavar="ID", help="Only this task; the beginning will do.")
]
Container = Annotated[str, typer.Option("--container", metavar="NAME", help="Only this container.")]
Filter = Annotated[
    str, typer.Option("--filter", metavar="PATTERN", help="CloudWatch's filter pattern.")
]
Level = Annotated[
    str, typer.Option("--level", metavar="LEVEL", help="JSON lines of this level or worse.")
]
Raw = Annotated[bool, typer.Option("--raw", help="The messages alone, as they were written.")]


@app.command(
    epilog=options.example(
        "opsctl logs tail --env prod",
        "opsctl logs tail --level ERROR --since 1h --env prod",
        "opsctl logs tail --previous --env prod",
    )
)
@options.reads
def tail(
    common: Common,
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="History first: 10m, or a time in UTC.")
    ] = "10m",
    filter_: Filter = "",
    level: Level = "",
    task: Task = "",
    container: Container = "",
    previous: Annotated[
        bool, typer.Option("--previous", help="All of the task that stopped last.")
    ] = False,
    no_follow: Annotated[
        bool, typer.Option("--no-follow", "-n", help="End where the log ends now.")
    ] = False,
    live: Annotated[
        bool, typer.Option("--live", help="Use Live Tail, which is paid for by the minute.")
    ] = False,
    raw: Raw = False,
) -> None:
    """Follow what the tasks say, old and new ones, until Ctrl-C.

    Each event is shown once, those that arrive up to two minutes late too. Throttling is waited
    out. Ctrl-C ends it without a word, with code 130, as it ends any tail. Times are UTC.
    """
    ways = options.ways({"--live": live, "--previous": previous})
    with wiring.command(common, name="logs tail", ways=ways) as session:
        from opsctl.cli import logs_tail

        words = logs_tail.Words(
            since="" if previous and since == "10m" else since,
            pattern=filter_,
            level=level,
            task=task,
            container=container,
            previous=previous,
            follow=not (no_follow or previous),
            live=live,
            raw=raw,
        )
        try:
            logs_tail.run(session, words)
        except KeyboardInterrupt:
            session.screen.settle()
            raise typer.Exit(errors.CTRL_C_BEFORE_ANYTHING) from None


@app.command(
    epilog=options.example(
        "opsctl logs search 'cannot read image' --since 6h --env prod",
        "opsctl logs search --exact '{ $.status >= 500 }' --since 1h -e prod -o json",
    )
)
@options.reads
def search(
    common: Common,
    pattern: Annotated[str, typer.Argument(metavar="PATTERN", help="Words, as they stand.")],
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="From when: 1h, or a time in UTC.")
    ] = "1h",
    until: Annotated[
        str, typer.Option("--until", metavar="TIME", help="To when; now, if not said.")
    ] = "",
    most: Annotated[
        int, typer.Option("--max", metavar="N", help="At most N lines; 0 for all.")
    ] = 0,
    exact: Annotated[
        bool, typer.Option("--exact", help="PATTERN is CloudWatch's filter pattern.")
    ] = False,
    task: Task = "",
    container: Container = "",
    within: Annotated[
        str, typer.Option("--within", metavar="DURATION", help="Give up after this.")
    ] = "5m",
    raw: Raw = False,
) -> None:
    """Lines that hold PATTERN, upper or lower case, oldest first, as they are found.

    Nothing found is code 0 too, and standard error says what was searched. With -o json: one
    JSON object a line. Reading costs nothing but calls; hours of a busy log take many of them.
    """
    with wiring.command(common, name="logs search") as session:
        from opsctl.cli import logs_search

        logs_search.run(
            session,
            logs_search.Words(
                pattern=pattern,
                since=since,
                until=until,
                most=most,
                exact=exact,
                task=task,
                container=container,
                within=options.seconds("--within", within),
                raw=raw,
            ),
        )


app.command(
    "query",
    epilog=options.example(
        "opsctl logs query errors --since 1h --env prod",
        "opsctl logs query 'stats count(*) by status' --since 1h --env prod --csv",
        "opsctl logs query --list --env prod",
    ),
)(logs_query.query)
