"""`opsctl diagnose`: what is wrong, why, and what to do next."""

from __future__ import annotations

import shutil
from datetime import UTC
from typing import TYPE_CHECKING, Annotated

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem

if TYPE_CHECKING:
    from opsctl.aws import Aws
    from opsctl.reports.diagnosis import Diagnosis
    from opsctl.terminal.blocks import Screenful

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="What is wrong, why, since when, and the command to run next.",
    epilog=options.example("opsctl diagnose all --env prod", "opsctl diagnose auth alice -e prod"),
)
Since = Annotated[
    str, typer.Option("--since", metavar="TIME", help="How far back, as in 2h, or a time.")
]


@app.command(name="all", epilog=options.example("opsctl diagnose all --env prod"))
@options.reads
def all_(common: Common, since: Since = "1h") -> None:
    """Everything below, and the alarms. Start here.

    The likeliest cause comes first. Exit code 30 when something must be done.
    """
    _diagnose(common, "all", since)


@app.command(epilog=options.example("opsctl diagnose errors --env prod"))
@options.reads
def errors(common: Common, since: Since = "1h") -> None:
    """A high error rate: tasks, targets, 5xx by who answered them, error lines."""
    _diagnose(common, "errors", since)


@app.command(epilog=options.example("opsctl diagnose latency --env prod --since 3h"))
@options.reads
def latency(common: Common, since: Since = "1h") -> None:
    """Slow answers: p99 against p50, the tasks' own times, CPU, room to scale."""
    _diagnose(common, "latency", since)


@app.command(
    epilog=options.example("opsctl diagnose auth --env prod", "opsctl diagnose auth alice -e prod")
)
@options.reads
def auth(
    common: Common,
    user: Annotated[
        str | None,
        typer.Argument(metavar="USER", help="Also this user: username, address or sub."),
    ] = None,
    since: Since = "1h",
) -> None:
    """Failing sign-ins: user pool, app client, refusals, disabled users, one user's state."""
    _diagnose(common, "auth", since, user)


@app.command(epilog=options.example("opsctl diagnose throttling --env prod"))
@options.reads
def throttling(common: Common, since: Since = "1h") -> None:
    """Requests refused as too many: DynamoDB with the cause, Cognito, the AWS API itself."""
    _diagnose(common, "throttling", since)


def _diagnose(common: Common, kind: str, since: str, user: str | None = None) -> None:
    with wiring.command(common, name=f"diagnose {kind}") as session:
        from opsctl.cli import moments
        from opsctl.reports import diagnosis

        if user is not None and not user.strip():
            raise UsageProblem("An empty name is nobody's.", hint="Leave USER away, or name one.")
        now = session.store.now().astimezone(UTC)
        start = moments.past("--since", since, now)
        question = diagnosis.Question(kind, start, now, user or "")

        def gathered(aws: Aws) -> Diagnosis:
            return diagnosis.gather(aws, question, session.journal)

        def shown(found: Diagnosis) -> Screenful:
            from opsctl.cli.diagnose_screen import screen

            live = session.screen.out.live
            return screen(found, shutil.get_terminal_size().columns if live else 0)

        session.report(gathered, shown, healthy=lambda found: found.well)
