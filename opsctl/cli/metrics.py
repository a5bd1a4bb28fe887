"""`opsctl metrics`: the last hours as plots."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Annotated

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common

if TYPE_CHECKING:
    from opsctl.reports.metrics import Metrics
    from opsctl.terminal.blocks import Screenful

app = typer.Typer(add_completion=False)


@app.command(
    epilog=options.example(
        "opsctl metrics --env prod",
        "opsctl metrics --since 24h --env prod",
        "opsctl metrics --env prod -o json | jq .result.series.latency_p99.points",
    )
)
@options.reads
def metrics(
    common: Common,
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="How far back, as in 3h, or a time.")
    ] = "3h",
) -> None:
    """Latency, requests, errors, CPU, memory, tasks and throttles, plotted.

    Deployments of that time are vertical lines. Off a terminal: a table. With -o json: the points.
    """
    with wiring.command(common, name="metrics") as session:
        from opsctl.cli import moments
        from opsctl.reports import metrics as report

        now = session.store.now().astimezone(UTC)
        start = moments.past("--since", since, now)

        def shown(found: Metrics) -> Screenful:
            from opsctl.cli import metrics_screen

            if session.screen.out.live:
                return metrics_screen.plotted(found, *metrics_screen.size())
            return metrics_screen.listed(found)

        session.report(lambda aws: report.gather(aws, start), shown)
