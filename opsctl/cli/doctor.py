"""`opsctl doctor`: is everything set up, and what has to be repaired?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common

if TYPE_CHECKING:
    from opsctl.reports.doctor import Checkup
    from opsctl.terminal.blocks import Block

app = typer.Typer(add_completion=False)


@app.command(epilog=options.example("opsctl doctor --env prod"))
@options.reads
def doctor(common: Common) -> None:
    """Check the set-up against the live account, with fixes.

    Python, configuration, the Terraform folder where there is one, credentials, account, clock,
    each thing that the environment names, lock and journal. Exit code 30 when a check failed; a
    warning is no failure.
    """
    with wiring.command(common, name="doctor") as session:
        from opsctl.reports import doctor as report

        found = report.examine(session)
        session.answer(found, _shown, well=found.ok)


def _shown(found: Checkup) -> Iterator[Block]:
    from itertools import groupby

    from opsctl.terminal.blocks import Check, bad, good

    marks = {"ok": True, "fail": False, "warn": None}
    for why, checks in groupby(found.checks, lambda it: it.detail if it.status == "skip" else ""):
        if why:
            yield Check(f"not looked at, because {why}", None, ", ".join(it.name for it in checks))
            continue
        yield from (Check(it.name, marks[it.status], it.detail, it.fix) for it in checks)
    failed = [it.name for it in found.checks if it.status == "fail"]
    yield bad(f"To repair: {', '.join(failed)}.") if failed else good("Everything is set up.")
