"""`opsctl scale`: how many tasks run and how large they are, and what moves their number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from opsctl.cli import options, task_size, wiring
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem
from opsctl.plan import Danger

if TYPE_CHECKING:
    from opsctl.reports.scaling import Scaling
    from opsctl.terminal.blocks import Block

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Show or change how many tasks run, their size, and the autoscaling.",
    epilog=options.example("opsctl scale count 5 --env prod", "opsctl scale show --env prod"),
)


@app.command(epilog=options.example("opsctl scale show --env prod"))
@options.reads
def show(common: Common) -> None:
    """Show the count, the bounds, the policies and what autoscaling did of late."""
    with wiring.command(common, name="scale show") as session:
        from opsctl.reports import scaling

        session.report(scaling.gather, _shown)


@app.command(
    epilog=options.example(
        "opsctl scale count 5 --env prod",
        "opsctl scale count 9 --move-bounds --env prod",
    )
)
@options.changes
def count(
    common: Common,
    tasks: Annotated[int, typer.Argument(metavar="N", help="How many tasks.", min=0)],
    move_bounds: Annotated[
        bool,
        typer.Option("--move-bounds", help="Move the autoscaling bounds too, if N lies outside."),
    ] = False,
) -> None:
    """Set the number of tasks.

    Where autoscaling would take the number back, says so and offers to move its bounds. To 0 is
    an outage: it asks for the service's name.
    """
    with wiring.command(common, name="scale count") as session:
        from opsctl.procedures import scale_count as procedure

        target = session.target
        request = procedure.Request(target.env, tasks, move_bounds, target.deploy_timeout)
        at_least = Danger.SEVERE if tasks == 0 else Danger.MILD
        session.run(procedure.PROCEDURE, request, at_least=at_least)


@app.command(epilog=options.example("opsctl scale bounds --min 2 --max 8 --env prod"))
@options.changes
def bounds(
    common: Common,
    minimum: Annotated[
        int | None, typer.Option("--min", metavar="N", help="Never fewer tasks.", min=0)
    ] = None,
    maximum: Annotated[
        int | None, typer.Option("--max", metavar="N", help="Never more tasks.", min=0)
    ] = None,
) -> None:
    """Set the bounds between which autoscaling moves the number of tasks.

    AWS at once moves the number into them.
    """
    with wiring.command(common, name="scale bounds") as session:
        from opsctl.procedures import scale_bounds as procedure

        if minimum is None and maximum is None:
            raise UsageProblem("Nothing to set.", hint="Give --min N, --max N, or both.")
        target = session.target
        request = procedure.Request(target.env, minimum, maximum, target.deploy_timeout)
        at_least = Danger.SEVERE if maximum == 0 else Danger.MILD
        session.run(procedure.PROCEDURE, request, at_least=at_least)


@app.command("cpu-target", epilog=options.example("opsctl scale cpu-target 60 --env prod"))
@options.changes
def cpu_target(
    common: Common,
    percent: Annotated[float, typer.Argument(metavar="PCT", help="Average CPU, 1 to 100.")],
) -> None:
    """Set how busy autoscaling lets the tasks be before it adds more.

    Changes one field of the policy and keeps its cooldowns and everything else.
    """
    with wiring.command(common, name="scale cpu-target") as session:
        from opsctl.procedures import cpu_target as procedure

        request = procedure.Request(session.target.env, percent)
        session.run(procedure.PROCEDURE, request, at_least=Danger.MILD)


task_size.add(app)


def _shown(found: Scaling) -> Iterator[Block]:
    from opsctl.terminal.blocks import Fields, Heading, Table

    rows = [("tasks", f"{found.running} of {found.desired} running, {found.pending} pending")]
    if found.bounds:
        rows.append(("bounds", f"{found.bounds.minimum}–{found.bounds.maximum}"))
        if found.bounds.suspended:
            rows.append(("suspended", ", ".join(found.bounds.suspended)))
    else:
        rows.append(("bounds", "none: not under autoscaling"))
    for policy in found.policies:
        unit = " % CPU" if policy.tracks_cpu else ""
        target = f"{policy.target:g}{unit}" if policy.target is not None else policy.kind
        rows.append((f"policy {policy.name}", target))
    yield Heading(found.service)
    yield Fields(rows)
    if found.activities:
        yield Heading("What autoscaling did")
        yield Table(
            ("WHEN (UTC)", "STATUS", "WHAT"),
            [(f"{it.at:%Y-%m-%d %H:%M:%S}", it.status, it.description) for it in found.activities],
        )
