"""`opsctl lock`: show, take or release the lock of an environment."""

from __future__ import annotations

from typing import Annotated

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Show, take or release the lock of an environment.",
    epilog=options.example(
        "opsctl lock show --env prod", 'opsctl lock take --reason "sale day" --for 6h --env prod'
    ),
)


@app.command(epilog=options.example("opsctl lock show --env prod"))
@options.reads
def show(common: Common) -> None:
    """Who holds the environment, why, since when and until when."""
    with wiring.command(common, name="lock show") as session:
        from opsctl.cli import lock_screen as screen

        record = session.lock.show()
        now, env = session.store.now(), session.target.env
        found = {"held": record is not None, "lock": record and record.to_json()}
        session.answer(found, lambda _: screen.holder(record, env, now))


@app.command(
    epilog=options.example('opsctl lock take --reason "migrating the table" --for 2h --env prod')
)
@options.changes
def take(
    common: Common,
    for_: Annotated[
        str | None,
        typer.Option("--for", metavar="DURATION", help="Ends by itself after this, as in 2h."),
    ] = None,
) -> None:
    """Freeze an environment: nobody changes it until you release it.

    Needs --reason, which is shown to everybody who is turned away. Without --for it never ends
    by itself.
    """
    with wiring.command(common, name="lock take") as session:
        from opsctl.cli import lock_changes

        if not common.reason.strip():
            raise UsageProblem("A freeze needs a reason.", hint="Add --reason TEXT")
        session.end(
            lock_changes.take(session, options.seconds("--for", for_) if for_ is not None else None)
        )


@app.command(epilog=options.example("opsctl lock release --env prod"))
@options.changes
def release(common: Common) -> None:
    """End your own freeze; or somebody else's lock, when you say why.

    A run whose lock is released stops before its next step.
    """
    with wiring.command(common, name="lock release") as session:
        from opsctl.cli import lock_changes

        session.end(lock_changes.release(session))
