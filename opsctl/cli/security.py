"""`opsctl security`: who did what, and who is kept out."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Annotated, Literal

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem
from opsctl.plan import Danger

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Who did what in the account; block and unblock addresses.",
    epilog=options.example(
        "opsctl security events --what iam --errors-only --since 2h --env prod",
        "opsctl security block-ip 203.0.113.7 --for 24h --env prod",
    ),
)
Ranges = Annotated[
    list[str] | None,
    typer.Argument(metavar="CIDR…", help="Addresses or ranges, IPv4 or IPv6."),
]


@app.command(
    epilog=options.example(
        "opsctl security events --who alice --since 24h --env prod",
        "opsctl security events --what secrets --env prod -o json",
    )
)
@options.reads
def events(
    common: Common,
    who: Annotated[str, typer.Option("--who", metavar="ARN|USER|KEY", help="Who called.")] = "",
    what: Annotated[
        Literal["iam", "ecs", "secrets", "s3", "cognito"] | None,
        typer.Option("--what", help="Which service was called."),
    ] = None,
    resource: Annotated[
        str, typer.Option("--resource", metavar="NAME", help="What the call was about.")
    ] = "",
    errors_only: Annotated[
        bool, typer.Option("--errors-only", help="Only what AWS refused.")
    ] = False,
    since: Annotated[
        str,
        typer.Option("--since", metavar="DURATION", help="How far back; at most 90d."),
    ] = "2h",
) -> None:
    """Who called what, from where, and whether it was refused.

    Reads CloudTrail's event history in the region and in us-east-1, newest first. With -o json:
    one JSON object a line. Data events (objects, items) and Cognito sign-ins are not in it.
    """
    with wiring.command(common, name="security events") as session:
        from opsctl.cli import security_screen as screen
        from opsctl.reports import security_events as report

        until = session.store.now().astimezone(UTC)
        query = report.Query(
            since=until - timedelta(seconds=options.seconds("--since", since)),
            until=until,
            who=who.strip(),
            what=what or "",
            resource=resource.strip(),
            errors_only=errors_only,
        )
        search = report.Search(query, lambda seen: session.screen.waiting(seen.summary))
        session.stream(search.events(session.aws), screen.event, record=report.to_json)
        for line in screen.searched(search):
            session.say(line)


@app.command(
    "block-ip",
    epilog=options.example(
        "opsctl security block-ip 203.0.113.7 --for 24h --env prod",
        "opsctl security block-ip 203.0.113.0/24 2001:db8:7::/48 --env prod",
    ),
)
@options.changes
def block_ip(
    common: Common,
    ranges: Annotated[
        list[str], typer.Argument(metavar="CIDR…", help="Addresses or ranges, IPv4 or IPv6.")
    ],
    for_: Annotated[
        str | None,
        typer.Option("--for", metavar="DURATION", help="Is over after this, as in 24h."),
    ] = None,
    allow_wide: Annotated[
        bool, typer.Option("--allow-wide", help="Also wider than /24 (IPv4) or /48 (IPv6).")
    ] = False,
    my_ip: Annotated[
        str, typer.Option("--my-ip", metavar="ADDRESS", help="Your own; else $SSH_CONNECTION's.")
    ] = "",
) -> None:
    """Keep addresses out, beside those that are kept out already.

    Refuses everybody, wide, private and reserved ranges, your own address and never_block of
    opsctl.toml. What is over stays blocked, and is shown, until `unblock-ip --expired`.
    """
    with wiring.command(common, name="security block-ip") as session:
        from opsctl.cli import own_address
        from opsctl.procedures import block_ip as procedure
        from opsctl.procedures import blocks

        until = ""
        if for_ is not None:
            end = session.store.now() + timedelta(seconds=options.seconds("--for", for_))
            until = end.astimezone(UTC).replace(microsecond=0).isoformat()
        request = procedure.Request(
            session.target.env,
            blocks.parsed(ranges),
            until,
            allow_wide,
            own_address.known(my_ip),
        )
        at_least = Danger.MODERATE if allow_wide else Danger.MILD
        session.run(procedure.PROCEDURE, request, at_least=at_least)


@app.command(
    "unblock-ip",
    epilog=options.example(
        "opsctl security unblock-ip 203.0.113.7 --env prod",
        "opsctl security unblock-ip --expired --env prod",
    ),
)
@options.changes
def unblock_ip(
    common: Common,
    ranges: Ranges = None,
    expired: Annotated[
        bool, typer.Option("--expired", help="All whose time is over, instead of named ones.")
    ] = False,
) -> None:
    """Let addresses in again, and leave everything else in the set as it is."""
    with wiring.command(common, name="security unblock-ip") as session:
        from opsctl.procedures import blocks
        from opsctl.procedures import unblock_ip as procedure

        if bool(ranges) is expired:
            raise UsageProblem("Which ones?", hint="Name addresses, or say --expired.")
        moment = session.store.now().astimezone(UTC).isoformat() if expired else ""
        request = procedure.Request(session.target.env, blocks.parsed(ranges or ()), moment)
        session.run(procedure.PROCEDURE, request)


@app.command("blocked-ips", epilog=options.example("opsctl security blocked-ips --env prod"))
@options.reads
def blocked_ips(common: Common) -> None:
    """Who is kept out, until when, and whether a rule really blocks them."""
    with wiring.command(common, name="security blocked-ips") as session:
        from opsctl.cli import security_screen as screen
        from opsctl.reports import blocked_ips as report

        session.report(report.gather, lambda found: screen.blocked(found, session.target.env))
