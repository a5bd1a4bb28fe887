"""`opsctl rollback`: back to the last release that served, or to a named one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from opsctl.cli import completion, options, release_silence, wiring
from opsctl.cli.options import Common
from opsctl.cli.release_silence import Silence
from opsctl.errors import UsageProblem
from opsctl.plan import Danger

if TYPE_CHECKING:
    from opsctl.reports.releases import Release
    from opsctl.terminal.blocks import Screenful

app = typer.Typer(add_completion=False)


@app.command(
    epilog=options.example(
        "opsctl rollback --env prod",
        "opsctl rollback --list --env prod",
        "opsctl rollback --to 12 --env prod",
    )
)
@options.changes
def rollback(
    common: Common,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="REVISION",
            autocompletion=completion.of("revisions"),
            help="A revision: 12, family:12 or an ARN.",
        ),
    ] = None,
    show: Annotated[
        bool, typer.Option("--list", help="Show the releases to go back to, and change nothing.")
    ] = False,
    silence: Silence = False,
) -> None:
    """Go back to the last successful release, or a named one.

    A deployment under way is stopped and rolled back. Otherwise the service goes back to the
    last release that was deployed successfully, never to one that failed in between.
    """
    ways = options.ways({"--list": show, "--silence": silence})
    with wiring.command(common, name="rollback", ways=ways) as session:
        if to is not None and not to.strip():
            raise UsageProblem("--to names no revision.", hint="Leave --to out for the last one.")
        if show and to:
            raise UsageProblem("--list and --to exclude each other.")
        if show:
            from opsctl.reports import releases

            session.report(releases.gather, _listed)
            return
        from opsctl.procedures import rollback as procedure

        request = procedure.Request(
            session.target.env,
            to or "",
            session.target.deploy_timeout,
            release_silence.asked(session, silence),
        )
        release_silence.run(session, procedure.PROCEDURE, request, at_least=Danger.MODERATE)


def _listed(found: tuple[Release, ...]) -> Screenful:
    from opsctl.terminal.blocks import Table, bad, bold, good

    if not found:
        return "AWS knows no deployment of this service in the last 90 days."
    rows = [
        (
            str(it.revision),
            it.image,
            good(it.status) if it.status == "SUCCESSFUL" else bad(it.status),
            f"{it.created:%Y-%m-%d %H:%M:%S}",
            bold("live") if it.live else good("← rollback goes here") if it.choice else "",
        )
        for it in found
    ]
    return [Table(("REVISION", "IMAGE", "DEPLOYMENT", "BEGAN (UTC)", ""), rows, right=(0,))]
