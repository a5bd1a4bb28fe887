"""`opsctl backup`: copies of the pictures and of the table, and the way back from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from opsctl.cli import completion, options, wiring
from opsctl.cli.options import Common

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Copies of the bucket and of the table; list, restore and prune them.",
    epilog=options.example("opsctl backup create all --env prod", "opsctl backup list --env prod"),
)
restore = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Bring back the bucket's objects in place, or the table beside the one there is.",
    epilog=options.example(
        "opsctl backup restore s3 --at 2h --env prod --dry-run",
        "opsctl backup restore dynamodb --at 2h --env prod --dry-run",
    ),
)
app.add_typer(restore, name="restore")


def _backup(kind: str) -> Any:
    return typer.Argument(
        metavar="[BACKUP]",
        autocompletion=completion.of(kind),
        help="A name that `opsctl backup list` shows.",
    )


At = Annotated[
    str,
    typer.Option("--at", metavar="TIME", help="2026-11-24T03:00:00Z, or how long ago, as in 2h."),
]
Prefix = Annotated[
    str | None,
    typer.Option("--prefix", metavar="PREFIX/", help="Only keys that begin so, as images/alice/."),
]


@app.command(
    epilog=options.example(
        "opsctl backup create all --env prod",
        "opsctl backup create s3 --env prod --dry-run",
        "opsctl backup create s3 --engine s3-batch --env prod",
    )
)
@options.changes
def create(
    common: Common,
    what: Annotated[
        Literal["s3", "dynamodb", "all"], typer.Argument(help="What is to be copied.")
    ] = "all",
    engine: Annotated[
        Literal["opsctl", "s3-batch", "aws-backup"],
        typer.Option(
            "--engine",
            help="Who copies: this machine, a job of S3 Batch Operations, or AWS Backup.",
        ),
    ] = "opsctl",
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="Call it so; else by the time.")
    ] = "",
) -> None:
    """Copy the bucket, the table, or both, and wait until the copy can be used.

    The bucket goes to backup_bucket of opsctl.toml; what is there already is not copied again,
    so an interrupted backup goes on when the same command is run again.
    """
    by = options.ways({f"--engine {engine}": engine != "opsctl"})
    with wiring.command(common, name=f"backup create {what}", ways=by) as session:
        from opsctl.cli import backup_create

        backup_create.create(session, what, engine, name)


@app.command("list", epilog=options.example("opsctl backup list --env prod"))
@options.reads
def list_(common: Common) -> None:
    """Show every backup: kind, age, size, status, who made it, and what was erased since."""
    with wiring.command(common, name="backup list") as session:
        from opsctl.cli import backup_screen as screen
        from opsctl.reports import backups as report

        session.report(report.gather, screen.listed)


@restore.command(
    "s3",
    epilog=options.example(
        "opsctl backup restore s3 --at 2h --env prod --dry-run",
        "opsctl backup restore s3 --at 2h --prefix images/alice/ --env prod",
        "opsctl backup restore s3 s3-20261124T031500Z --env prod",
    ),
)
@options.changes
def restore_s3(
    common: Common,
    backup: Annotated[str, _backup("bucket-backups")] = "",
    at: At = "",
    prefix: Prefix = None,
    delete_newer: Annotated[
        bool,
        typer.Option("--delete-newer", help="Also hide, by delete markers, what was made since."),
    ] = False,
) -> None:
    """Make the bucket's objects again what they were at a time, or what a backup holds.

    --at takes the bucket's own versions; a BACKUP brings back what they no longer hold. Nothing
    is overwritten for good: each object gets a new version, and `opsctl undo` takes it back.
    Users who were erased meanwhile stay erased.
    """
    with wiring.command(common, name="backup restore s3") as session:
        from opsctl.cli import backup_restore

        backup_restore.restore(session, backup, at, prefix, delete_newer=delete_newer)


@restore.command(
    "dynamodb",
    epilog=options.example(
        "opsctl backup restore dynamodb --at 2h --env prod --dry-run",
        "opsctl backup restore dynamodb opsctl-20261124T031500Z --env prod",
    ),
)
@options.changes
def restore_dynamodb(
    common: Common,
    backup: Annotated[str, _backup("table-backups")] = "",
    at: At = "",
    as_: Annotated[
        str, typer.Option("--as", metavar="TABLE", help="The new table; else a name is made.")
    ] = "",
) -> None:
    """Make a new table from a backup, or of a time, with the settings of the one there is.

    The table in service is not touched: `opsctl backup switch` brings the new one into service.
    """
    with wiring.command(common, name="backup restore dynamodb") as session:
        from opsctl.cli import backup_tables

        backup_tables.restore(session, backup, at, as_)


@app.command(
    epilog=options.example("opsctl backup switch image_captions-restored-20261124T0315 --env prod")
)
@options.changes
def switch(
    common: Common,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="The table to be served.")],
) -> None:
    """Bring another table into service, as one that was restored."""
    with wiring.command(common, name="backup switch") as session:
        from opsctl.cli import backup_tables

        backup_tables.switch(session, table)


@app.command(
    epilog=options.example(
        "opsctl backup prune s3 --keep 7 --env prod --dry-run",
        "opsctl backup prune dynamodb --keep 30d --env prod",
    )
)
@options.changes
def prune(
    common: Common,
    what: Annotated[Literal["s3", "dynamodb"], typer.Argument(help="Which backups.")],
    keep: Annotated[
        str,
        typer.Option("--keep", metavar="NUMBER|DURATION", help="The newest 7, or those of 30d."),
    ],
) -> None:
    """Delete the backups that opsctl made and that are older than what is kept.

    Shows what goes. It cannot be undone.
    """
    with wiring.command(common, name=f"backup prune {what}") as session:
        if what == "s3":
            from opsctl.cli import backup_create

            backup_create.prune(session, keep)
        else:
            from opsctl.cli import backup_tables

            backup_tables.prune(session, keep)
