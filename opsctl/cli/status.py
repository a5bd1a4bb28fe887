"""`opsctl status`: how the service stands, on one screen."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common

if TYPE_CHECKING:
    from opsctl.reports.status import Status
    from opsctl.terminal.blocks import Screenful

ROOMY = 36
"""Lines of a terminal from which the screen tells more."""
WIDE = 130
"""Columns from which its tables do."""

app = typer.Typer(add_completion=False)


@app.command(epilog=options.example("opsctl status --env prod", "opsctl status -e prod -o json"))
@options.reads
def status(common: Common) -> None:
    """One screen: service, deployments, tasks, health, alarms.

    A verdict first, then what it rests on; in a taller window also scaling and events, in a
    wider one more columns. Exit code 30 when the service is unhealthy.
    """
    with wiring.command(common, name="status") as session:
        from opsctl.reports import status as report

        def gathered(aws: object) -> Status:
            return report.gather(session.aws, session.journal, session.lock, session.incidents)

        def shown(found: Status) -> Screenful:
            from opsctl.cli.status_screen import screen

            roomy, wide = _room(session.screen.out.terminal)
            return screen(found, roomy=roomy, wide=wide)

        session.report(gathered, shown, healthy=lambda found: found.verdict != "unhealthy")


def _room(terminal: bool) -> tuple[bool, bool]:
    """Whether there is room for more than one small screen, downwards and sideways; a file has
    all the room there is."""
    size = shutil.get_terminal_size()
    return not terminal or size.lines >= ROOMY, not terminal or size.columns >= WIDE
