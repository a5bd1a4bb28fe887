"""`opsctl whoami`: which account, region and identity would a command use?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common

if TYPE_CHECKING:
    from opsctl.reports.whoami import Identity
    from opsctl.terminal.blocks import Block

app = typer.Typer(add_completion=False)


@app.command(epilog=options.example("opsctl whoami --env prod", "opsctl whoami -e prod -o json"))
@options.reads
def whoami(common: Common) -> None:
    """Show which account, region and identity a command would use.

    Exit code 30 when the credentials are of another account than the environment's.
    """
    with wiring.command(common, name="whoami") as session:
        from opsctl.reports import whoami as report

        session.report(report.gather, _shown, healthy=lambda found: found.ok)


def _shown(found: Identity) -> Iterator[Block]:
    from opsctl.terminal.blocks import Fields, Words, bad

    account: str | Words = found.account
    if not found.ok:
        account = Words((bad(found.account), f", but {found.env} is {found.expected_account}"))
    yield Fields(
        [
            ("environment", found.env),
            ("account", account),
            ("region", found.region),
            ("caller", found.arn),
            ("profile", found.profile or "none: AWS's own chain decides"),
        ]
    )
