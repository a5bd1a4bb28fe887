"""`opsctl status`: how the service stands, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common

if TYPE_CHECKING:
    from opsctl.reports.status import Status
    from opsctl.terminal.blocks import Screenful

app = typer.Typer(add_completion=False)


@app.command(epilog=options.example("opsctl status --env prod", "opsctl status -e prod -o json"))
@options.reads
def status(common: Common) -> None:
    """One screen: service, deployments, tasks, health, alarms.

    A verdict first, then what it rests on. Exit code 30 when the service is unhealthy.
    """
    with wiring.command(common, name="status") as session:
        from opsctl.reports import status as report

        def gathered(aws: object) -> Status:
            return report.gather(session.aws, session.journal, session.lock, session.incidents)

        session.report(gathered, _shown, healthy=lambda found: found.verdict != "unhealthy")


def _shown(found: Status) -> Screenful:
    from opsctl.cli.status_screen import screen

    return screen(found)
