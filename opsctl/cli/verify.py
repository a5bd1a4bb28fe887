"""`opsctl verify`: is the intended release live and healthy?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common

if TYPE_CHECKING:
    from opsctl.reports.verify import Verification
    from opsctl.terminal.blocks import Block

app = typer.Typer(add_completion=False)


@app.command(
    epilog=options.example("opsctl verify --env prod", "opsctl verify --revision 12 --env prod")
)
@options.reads
def verify(
    common: Common,
    revision: Annotated[
        str,
        typer.Option(
            "--revision",
            metavar="REVISION",
            help="What ought to be live; else what was deployed last.",
        ),
    ] = "",
) -> None:
    """Check that the intended release is live and healthy.

    Revision, deployment, tasks, targets, health endpoint and a smoke request. Exit code 30 when
    something is wrong; a service that was rolled back is stable, and wrong.
    """
    with wiring.command(common, name="verify") as session:
        from opsctl.reports import verify as report

        session.report(
            lambda aws: report.gather(aws, revision), _shown, healthy=lambda found: found.ok
        )


def _shown(found: Verification) -> Iterator[Block]:
    from opsctl.terminal.blocks import Check, bad, bold, good

    for it in found.findings:
        yield Check(it.title, it.ok, it.detail, it.fix)
    name = bold(found.revision)
    yield good(f"{name} is live and healthy.") if found.ok else bad(f"{name} is not verified.")
