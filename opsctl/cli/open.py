"""`opsctl open`: the dashboard, the logs, the service or the app, in a browser."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common

app = typer.Typer(add_completion=False)


@app.command(
    "open",
    epilog=options.example(
        "opsctl open dashboard --env prod", "opsctl open app -e prod | xargs curl"
    ),
)
@options.reads
def open_(
    common: Common,
    what: Annotated[
        Literal["dashboard", "app", "logs", "service"],
        typer.Argument(help="The CloudWatch dashboard, the app, its log group, the ECS service."),
    ],
) -> None:
    """Open a page of the AWS console, or the app, in a browser.

    Prints the address; opens it only at a terminal of a desktop. Asks AWS nothing.
    """
    with wiring.command(common, name="open") as session:
        from opsctl.reports import consoles
        from opsctl.terminal import browser

        page = consoles.page(session.target, what)
        at_hand = common.output == "text" and browser.is_there(session.screen)
        opened = at_hand and browser.show(page.url)
        if page.account and session.screen.err.terminal:
            session.say(f"Sign in to account {page.account}.")
        if at_hand and not opened:
            session.say("No browser could be started.")
        session.answer({"url": page.url, "opened": opened}, lambda _: page.url)
