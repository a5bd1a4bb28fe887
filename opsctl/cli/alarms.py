"""`opsctl alarms`: how they stand, silent for a time, and heard again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from opsctl.cli import completion, options, wiring
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="List alarms; silence them for a time, and end a silence.",
    epilog=options.example(
        "opsctl alarms list --env prod",
        "opsctl alarms silence high-latency --for 30m --env prod",
    ),
)
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=15)
Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME…",
        autocompletion=completion.of("silent-alarms"),
        help="Whole names, short ones, or patterns such as '*cpu*'.",
    ),
]


@app.command(
    "list",
    epilog=options.example(
        "opsctl alarms list --env prod", "opsctl alarms list --state ALARM -e prod -o json"
    ),
)
@options.reads
def list_(
    common: Common,
    state: Annotated[
        Literal["ALARM", "OK", "INSUFFICIENT_DATA"] | None,
        typer.Option("--state", help="Only those in this state."),
    ] = None,
) -> None:
    """Show every alarm: its state, since when and why, and until when it is silent.

    Metric and composite alarms, in any state. Exit code 30 when there is none at all, or when the
    actions of one are still off after the silence was to end.
    """
    with wiring.command(common, name="alarms list") as session:
        from opsctl.cli import alarms_screen
        from opsctl.reports import alarms as report

        session.report(
            lambda aws: report.gather(aws, state or ""),
            lambda found: alarms_screen.screen(found, session.target.env),
            healthy=lambda found: found.ok,
        )


@app.command(
    epilog=options.example(
        "opsctl alarms silence high-latency --for 30m --reason 'load test' --env prod",
        "opsctl alarms silence '*' --for 2h --env prod",
    )
)
@options.changes
def silence(
    common: Common,
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME…",
            autocompletion=completion.of("alarms"),
            help="Whole names, short ones, or patterns such as '*cpu*'.",
        ),
    ],
    for_: Annotated[
        str,
        typer.Option("--for", metavar="DURATION", help="For so long; 1m to 15d."),
    ] = "30m",
    disable_actions: Annotated[
        bool,
        typer.Option(
            "--disable-actions", help="Switch the actions off, where mute rules are not permitted."
        ),
    ] = False,
) -> None:
    """Silence alarms for a time. They go on to change their state; they call nobody.

    CloudWatch itself ends it; what is in ALARM then calls at that moment. Alarms that drive the
    autoscaling are left out. Where mute rules cannot be used, actions are switched off instead,
    and nothing but `alarms unsilence` ends that.
    """
    with wiring.command(common, name="alarms silence") as session:
        from opsctl.procedures import alarm_names
        from opsctl.procedures import silence_alarms as procedure

        alarm_names.check_patterns(names)
        now = session.store.now()
        request = procedure.Request(
            env=session.target.env,
            names=tuple(names),
            until=until(now, "--for", for_),
            rule=rule_name(session, now),
            reason=common.reason,
            disable_actions=disable_actions,
        )
        session.run(procedure.PROCEDURE, request)


@app.command(
    epilog=options.example(
        "opsctl alarms unsilence high-latency --env prod",
        "opsctl alarms unsilence --all --env prod",
        "opsctl alarms unsilence --expired --env prod",
    )
)
@options.changes
def unsilence(
    common: Common,
    names: Names = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every alarm, instead of named ones.")
    ] = False,
    expired: Annotated[
        bool,
        typer.Option("--expired", help="What is silent although its time is over; tidies up too."),
    ] = False,
    others: Annotated[
        bool, typer.Option("--any", help="Also mute rules that opsctl did not make.")
    ] = False,
) -> None:
    """End a silence before its time.

    An alarm that is in ALARM calls at once when its mute rule ends. Actions that somebody else
    switched off stay off.
    """
    with wiring.command(common, name="alarms unsilence") as session:
        from opsctl.procedures import alarm_names
        from opsctl.procedures import unsilence_alarms as procedure

        if [bool(names), every, expired].count(True) != 1:
            raise UsageProblem("Which ones?", hint="Name alarms, or say --all or --expired.")
        alarm_names.check_patterns(names or ())
        request = procedure.Request(
            env=session.target.env,
            names=("*",) if every else tuple(names or ()),
            others=others,
            expired_at=session.store.now().astimezone(UTC).isoformat() if expired else "",
        )
        session.run(procedure.PROCEDURE, request)


def until(now: datetime, option: str, text: str) -> str:
    """The moment so far from now, in UTC, on the next whole minute. Raises UsageProblem."""
    length = timedelta(seconds=options.seconds(option, text))
    if not SHORTEST <= length <= LONGEST:
        raise UsageProblem(
            f"{option}: {text} is not between 1m and 15d.",
            hint="CloudWatch mutes for at most 15 days; silence again when they are over.",
        )
    end = now.astimezone(UTC) + length
    whole = end.replace(second=0, microsecond=0)
    return (whole if whole == end else whole + timedelta(minutes=1)).isoformat()


def rule_name(session: Session, now: datetime) -> str:
    """How the mute rules of one run are called, each with its number behind it."""
    import secrets

    stamp = f"{now.astimezone(UTC):%Y%m%dt%H%M}"
    return f"opsctl-{session.target.env}-{stamp}-{secrets.token_hex(3)}"
