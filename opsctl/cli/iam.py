"""`opsctl iam policy`: the least that commands need to be allowed, as a policy of IAM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem

if TYPE_CHECKING:
    from opsctl.aws.permissions.policy import Policy
    from opsctl.cli.wiring import Session

app = typer.Typer(
    add_completion=False,
    epilog=options.example("opsctl iam policy status logs --env prod"),
)
Names = list[str] | None


def commands(incomplete: str) -> list[str]:
    """The commands of the table, for the shell's completion."""
    from opsctl.aws import permissions

    return [name for name in permissions.names() if name.startswith(incomplete)]


@app.callback()
def iam() -> None:
    """What commands need to be allowed."""


@app.command(
    epilog=options.example(
        "opsctl iam policy status --env prod",
        'opsctl iam policy "scale count" rollback --env prod > policy.json',
        'opsctl iam policy "deploy --build" --role captions-task --env prod',
        "opsctl iam policy --all --reads-only --env prod",
    )
)
@options.reads
def policy(
    common: Common,
    command: Annotated[
        Names,
        typer.Argument(
            metavar="[COMMAND]...",
            help="Commands, or groups like logs; an option in quotes: 'deploy --build'.",
            autocompletion=commands,
        ),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every command.")] = False,
    reads_only: Annotated[
        bool, typer.Option("--reads-only", help="Only what reports and dry runs need.")
    ] = False,
    role: Annotated[
        Names,
        typer.Option(
            "--role", metavar="ROLE", help="A role of the tasks, to pass no other; repeatable."
        ),
    ] = None,
    user: Annotated[
        Names,
        typer.Option("--user", metavar="USER", help="Whose access keys are rotated; repeatable."),
    ] = None,
    kms_key: Annotated[
        Names,
        typer.Option(
            "--kms-key",
            metavar="KEY",
            help="A key of your own that encrypts secret, bucket or logs; repeatable.",
        ),
    ] = None,
) -> None:
    """Print the least-privilege policy for some commands.

    It is limited to the names of the environment, and asks AWS nothing. What each command needs,
    in words: docs/iam.md.
    """
    with wiring.command(common, name="iam policy") as session:
        from opsctl.aws import permissions
        from opsctl.aws.permissions.places import Given

        if all_ == bool(command):
            raise UsageProblem(
                "Which commands? Name some, or say --all.", hint="opsctl iam policy status logs"
            )
        rows = permissions.chosen(command or [], session.target, every=all_)
        given = Given(tuple(role or ()), tuple(user or ()), tuple(kms_key or ()))
        made = permissions.policy_of(rows, session.target, given, reads_only=reads_only)
        _print(session, made, rows)


def _print(session: Session, made: Policy, rows: tuple[str, ...]) -> None:
    from opsctl.aws import permissions
    from opsctl.terminal.json_output import dumps

    if not made.document["Statement"]:
        session.say(f"{_listed(rows)} {'needs' if len(rows) == 1 else 'need'} nothing of AWS here.")
    for note in permissions.notes(made, session.target):
        session.say(note)
    session.answer(made.document, lambda document: dumps(document).rstrip("\n"))


def _listed(rows: tuple[str, ...]) -> str:
    return ", ".join(rows)
