"""`opsctl contacts`: whom to call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common

if TYPE_CHECKING:
    from opsctl.targets import Target
    from opsctl.terminal.blocks import Block

app = typer.Typer(add_completion=False)

EXAMPLE = 'contacts = { on-call = "PagerDuty: captions", security = "security@example.com" }'


@app.command(
    epilog=options.example("opsctl contacts --env prod", "opsctl contacts -e prod -o json")
)
@options.reads
def contacts(common: Common) -> None:
    """Show whom to call, from opsctl.toml.

    Asks AWS nothing, so it works while nothing else does.
    """
    with wiring.command(common, name="contacts") as session:
        target = session.target
        found = dict(each.split("=", 1) for each in target.contacts)
        session.answer({"env": target.env, "contacts": found}, lambda _: _shown(found, target))


def _shown(found: Mapping[str, str], target: Target) -> Iterator[Block]:
    from opsctl.terminal.blocks import Fields

    if found:
        yield Fields(list(found.items()))
    elif target.is_sandbox:
        yield "The sandbox is yours alone: there is nobody to call."
    else:
        yield f"opsctl.toml names nobody for {target.env}. Add below [env.{target.env}]:"
        yield f"  {EXAMPLE}"
