"""`opsctl undo`: take back a run of the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from opsctl.cli import completion, options, wiring
from opsctl.cli.options import Common
from opsctl.errors import Forbidden
from opsctl.plan import Do

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsctl.journal.runs import RunRecord
    from opsctl.procedures.undo import Later, Request
    from opsctl.targets import Target

app = typer.Typer(add_completion=False)


@app.command(
    epilog=options.example(
        "opsctl undo last --env prod --dry-run", "opsctl undo 20261123T185501Z-7f3a --env prod"
    )
)
@options.changes
def undo(
    common: Common,
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            autocompletion=completion.of("undoable"),
            help="Its id, a unique beginning of it, or `last`.",
        ),
    ],
    out_of_order: Annotated[
        bool,
        typer.Option("--out-of-order", help="Although a later run changed the same things."),
    ] = False,
    skip: Annotated[
        list[int] | None,
        typer.Option("--skip", metavar="N", help="Leave this step as it is; may be repeated."),
    ] = None,
) -> None:
    """Take back a run of the journal.

    Undoes what is still in effect of it, the last change first. Where something else changed it
    since, the step ends with exit code 17 and changes nothing. The undo is a run too, and can be
    undone.
    """
    with wiring.command(common, name="undo") as session:
        from opsctl.procedures import undo as procedure

        record = session.journal.run(run)
        _check_account(record, session.target)
        later = session.journal.later_than(record)
        request = request_for(record, later, out_of_order=out_of_order, skip=skip or ())
        session.run(procedure.PROCEDURE, request, at_least=procedure.danger(request))


def request_for(
    record: RunRecord,
    later: Iterable[RunRecord],
    *,
    out_of_order: bool = False,
    skip: Iterable[int] = (),
) -> Request:
    """The request to take back a run, given the runs after it, newest first."""
    from opsctl.procedures.undo import Change, Request

    return Request(
        run=record.id,
        command=record.command,
        env=record.env,
        changes=tuple(
            Change(it.index + 1, it.step, certain=it.status == "done")
            for it in record.in_effect
            if isinstance(it.step, Do)
        ),
        failed=tuple(
            it.step.title
            for it in record.steps
            if isinstance(it.step, Do) and it.status == "failed"
        ),
        unreadable=tuple(it.step.title for it in record.steps if not it.readable),
        is_running=record.status == "running",
        undone_by=record.undone_by,
        rolled_back=record.status == "rolled_back",
        later=tuple(_later(list(later))),
        out_of_order=out_of_order,
        skip=frozenset(skip),
    )


def _later(runs: list[RunRecord]) -> Iterable[Later]:
    from opsctl.procedures.undo import Later

    ids = {run.id for run in runs}
    for run in runs:
        changes = [it.step for it in run.in_effect if isinstance(it.step, Do)]
        # An undo of one of these runs brings back what the run in question left.
        if changes and run.undoes not in ids:
            yield Later(run.id, run.command, frozenset(it.call.gateway for it in changes))


def _check_account(record: RunRecord, target: Target) -> None:
    if record.account != target.account:
        raise Forbidden(
            f"Run {record.id} was made in account {record.account}, but {target.env} is account "
            f"{target.account} now.",
            hint=f"Use the opsctl.toml in which {target.env} is account {record.account}.",
        )
