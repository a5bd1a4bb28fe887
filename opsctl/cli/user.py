"""`opsctl user`: keep one user out, let them in again; their data, and its end."""

from __future__ import annotations

from typing import Annotated

import typer

from opsctl.cli import options, user_data, wiring
from opsctl.cli.options import Common
from opsctl.plan import Danger

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Keep a user out or let them in; show or erase their data.",
    epilog=options.example(
        "opsctl user disable alice --env prod", "opsctl user purge alice --env prod"
    ),
)
Name = Annotated[str, typer.Argument(metavar="ID", help="Username, alias, e-mail address or sub.")]


@app.command(
    epilog=options.example(
        "opsctl user disable alice --env prod",
        "opsctl user disable 6f0c2a58-9a0e-4c39-b8f1-2f4d4f3a9c11 --env prod",
    )
)
@options.changes
def disable(
    common: Common,
    user: Name,
    sign_out: Annotated[
        bool, typer.Option("--sign-out", help="End the sessions also of who is disabled already.")
    ] = False,
) -> None:
    """Refuse every further sign-in of a user, and end every session.

    Shows which real user is meant, and how long a token that was issued before may be believed.
    """
    with wiring.command(common, name="user disable") as session:
        from opsctl.procedures import disable_user as procedure
        from opsctl.procedures.accounts import Request

        request = Request(session.target.env, user, sign_out)
        session.run(procedure.PROCEDURE, request, at_least=Danger.MODERATE)


user_data.add_to(app)


@app.command(epilog=options.example("opsctl user enable alice --env prod"))
@options.changes
def enable(common: Common, user: Name) -> None:
    """Let a user sign in again. Sessions that were ended stay ended."""
    with wiring.command(common, name="user enable") as session:
        from opsctl.procedures import enable_user as procedure
        from opsctl.procedures.accounts import Request

        request = Request(session.target.env, user)
        session.run(procedure.PROCEDURE, request, at_least=Danger.MODERATE)
