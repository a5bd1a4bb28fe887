"""`opsctl user purge`, `show`, `certificate`: the data of one user, and the proof that it went."""

from __future__ import annotations

import dataclasses
import secrets
from typing import Annotated

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common
from opsctl.plan import Danger
from opsctl.terminal import ending

Whom = Annotated[
    str | None,
    typer.Argument(
        metavar="[USER_ID]",
        help="Username, e-mail address or sub; without it, or as -, read from standard input.",
    ),
]


def purge(
    common: Common,
    user: Whom = None,
    max_items: Annotated[
        int,
        typer.Option("--max-items", metavar="N", min=1, help="Refuse when there is more."),
    ] = 100_000,
) -> None:
    """Erase everything of one user, in every store of the data map, with proof.

    Every version, delete marker and unfinished upload, every item, the account last; then a
    second look that can fail, and a certificate. Without a confirmed name it is a dry run. Cut
    off, the same command goes on; done, it looks again.
    """
    with wiring.command(common, name="user purge") as session:
        from opsctl.cli import user_name
        from opsctl.procedures import purge_user as procedure

        name = user_name.given(session, user)
        if not (common.confirm or common.yes) and (common.no_input or not session.screen.can_ask):
            session.common = dataclasses.replace(common, dry_run=True)
        now = session.store.now()
        request = procedure.Request(
            session.target.env,
            name,
            f"case-{now:%Y%m%d}-{secrets.token_hex(3)}",
            max_items,
            common.reason,
        )
        outcome = session.run(procedure.PROCEDURE, request, at_least=Danger.SEVERE)
        if session.form == "text" and outcome is not None:
            from opsctl.cli import user_screen

            ending.show(session.screen.out, user_screen.ended(outcome, session.target.env))


def show(common: Common, user: Whom = None) -> None:
    """What there is of one user, store by store, and what an erasure would not reach."""
    with wiring.command(common, name="user show") as session:
        from opsctl.cli import user_name, user_screen
        from opsctl.reports import user_data as report

        name = user_name.given(session, user)

        def tell(whom: str) -> None:
            if session.form == "text":
                session.say(f"This is {whom}.")

        session.report(lambda aws: report.gather(aws, name, tell), user_screen.holdings)


def certificate(
    common: Common,
    case: Annotated[str, typer.Argument(metavar="CASE", help="As in case-20261124-ab12cd.")],
    again: Annotated[
        str | None,
        typer.Option(
            "--subject",
            metavar="USER_ID",
            help="Also look through every store again; - reads it from standard input.",
        ),
    ] = None,
) -> None:
    """The certificate of an erasure, and whether it still holds: seal, signature, journal.

    Exit code 30 when it was changed, or when something of the user is there again.
    """
    with wiring.command(common, name="user certificate") as session:
        from opsctl.cli import user_name, user_screen
        from opsctl.reports import certificate as report

        name = user_name.given(session, again) if again is not None else ""
        session.report(
            lambda aws: report.gather(aws, session.journal, case, name),
            user_screen.certificate,
            healthy=lambda it: it.holds,
        )


def add_to(app: typer.Typer) -> None:
    """Makes the three commands those of `opsctl user`."""
    app.command(
        epilog=options.example(
            "opsctl user purge alice --env prod",
            "opsctl user purge --env prod --confirm user-3fa9c2d1e0b4 < name.txt",
        )
    )(options.changes(purge))
    app.command(epilog=options.example("opsctl user show alice --env prod"))(options.reads(show))
    app.command(
        epilog=options.example(
            "opsctl user certificate case-20261124-ab12cd --env prod",
            "opsctl user certificate case-20261124-ab12cd --subject alice --env prod",
        )
    )(options.reads(certificate))
