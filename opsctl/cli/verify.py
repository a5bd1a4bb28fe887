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
    smoke_user: Annotated[
        bool,
        typer.Option(
            "--smoke-user/--no-smoke-user",
            help="Sign in as the smoke user, upload a small picture and delete it again.",
        ),
    ] = True,
) -> None:
    """Check that the intended release is live and healthy.

    Revision, deployment, tasks, targets, health endpoint, a smoke request, and what the smoke
    user of opsctl.toml sees: sign-in, upload, caption, deletion. Exit code 30 when something is
    wrong; a service that was rolled back is stable, and wrong.
    """
    with wiring.command(common, name="verify") as session:
        from opsctl.reports import verify as report

        session.report(
            lambda aws: report.gather(aws, revision, smoke_user=smoke_user),
            _shown,
            healthy=lambda found: found.ok,
        )


def _shown(found: Verification) -> Iterator[Block]:
    from opsctl.terminal.blocks import Check, bad, bold, good

    for it in found.findings:
        yield Check(it.title, it.ok, it.detail, it.fix)
    name = bold(found.revision)
    yield good(f"{name} is live and healthy.") if found.ok else bad(f"{name} is not verified.")
