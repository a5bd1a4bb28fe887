"""`opsctl windows`: is now a time for changes, and when is the next one?"""

from __future__ import annotations

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common

app = typer.Typer(add_completion=False)


@app.command(epilog=options.example("opsctl windows --env prod", "opsctl windows -e prod -o json"))
@options.reads
def windows(common: Common) -> None:
    """Show whether now is a time for changes, and when the next is.

    The maintenance windows and freezes of opsctl.toml, the freeze of `opsctl lock take`, and what
    they mean for changes of each danger.
    """
    with wiring.command(common, name="windows") as session:
        from opsctl.cli import windows_screen as screen
        from opsctl.reports import windows as report

        found = report.look(session.target, lambda: session.store.now(), session.lock.show)
        session.answer(screen.to_json(found), lambda _: screen.outlook(found))
