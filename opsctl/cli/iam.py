"""`opsctl iam policy`: the least that commands need to be allowed, as a policy of IAM."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

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
_NAME = re.compile(r"(arn:aws[a-z-]*:iam::\d{12}:(role|user)/)?[\w+=,.@/-]+", re.ASCII)
_KEY = re.compile(r"(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/)?(mrk-)?[0-9a-f-]+")


def commands(incomplete: str) -> list[str]:
    """The commands of the table, for the shell's completion."""
    from opsctl.aws import permissions

    return [name for name in permissions.names() if name.startswith(incomplete)]


def _named(option: str, metavar: str, words: str) -> Any:
    return typer.Option(option, metavar=metavar, help=f"{words}; repeatable.")


Commands = Annotated[
    Names,
    typer.Argument(
        metavar="COMMAND…",
        help="Commands, or groups like logs; an option in quotes: 'deploy --build'.",
        autocompletion=commands,
    ),
]
All = Annotated[bool, typer.Option("--all", help="Every command.")]
ReadsOnly = Annotated[
    bool, typer.Option("--reads-only", help="Only what reports and dry runs need.")
]
Roles = Annotated[Names, _named("--role", "ROLE", "A role of the tasks, to pass no other")]
Users = Annotated[Names, _named("--user", "USER", "Whose access keys are rotated")]
Keys = Annotated[
    Names,
    _named("--kms-key", "KEY", "A key of your own that encrypts secret, bucket or logs"),
]


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
    command: Commands = None,
    all_: All = False,
    reads_only: ReadsOnly = False,
    role: Roles = None,
    user: Users = None,
    kms_key: Keys = None,
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
        given = Given(
            _checked("--role", role, _NAME, "a name or an ARN"),
            _checked("--user", user, _NAME, "a name or an ARN"),
            _checked("--kms-key", kms_key, _KEY, "the id of a key or its ARN"),
        )
        rows = permissions.chosen(command or [], session.target, every=all_)
        made = permissions.policy_of(rows, session.target, given, reads_only=reads_only)
        _print(session, made, rows)


def _checked(option: str, said: Names, form: re.Pattern[str], words: str) -> tuple[str, ...]:
    """Names as they were said. Raises UsageProblem for a wildcard, or what can be no name."""
    for name in said or ():
        if not form.fullmatch(name):
            raise UsageProblem(f"{option}: {name!r} is not {words}.")
    return tuple(said or ())


def _print(session: Session, made: Policy, rows: tuple[str, ...]) -> None:
    from opsctl.aws import permissions
    from opsctl.terminal.json_output import dumps

    if not made.document["Statement"]:
        verb = "needs" if len(rows) == 1 else "need"
        session.say(f"{', '.join(rows)} {verb} nothing that a policy could allow.")
    for note in permissions.notes(made, session.target):
        session.say(note)
    session.answer(made.document, lambda document: dumps(document).rstrip("\n"))
