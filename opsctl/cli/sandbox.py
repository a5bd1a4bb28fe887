"""`opsctl sandbox`: a small AWS on this machine, brought up, looked at, broken and taken down."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from opsctl.cli import completion, options, wiring
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="A small AWS on this machine, to try everything on.",
    epilog=options.example("opsctl sandbox demo", "opsctl status -e local", "opsctl sandbox down"),
)
LOCAL = "local"
KINDS = ("crash", "sick", "slow", "errors", "throttle", "disabled-user", "full", "alarm")
"""What can be broken; named here, since the sandbox itself takes long to import."""


def _count(flag: str, words: str) -> Any:
    return typer.Option(flag, metavar="N", min=0, help=words)


@app.command(epilog=options.example("opsctl sandbox up", "opsctl status -e local"))
@options.reads
def up(common: Common) -> None:
    """Bring the sandbox up, or find it up. Takes a few seconds.

    Its tasks are processes of the caption service of this installation. Its state lives as long as
    its process: `down` forgets it all but the log.
    """
    with wiring.command(_local(common), name="sandbox up") as session:
        from opsctl.cli import sandbox_screen as screen
        from opsctl.sandbox import control

        control.up(session.say)
        _target(session)
        session.answer(control.status(), screen.up)


@app.command(epilog=options.example("opsctl sandbox down"))
@options.reads
def down(common: Common) -> None:
    """End the sandbox and everything that runs in it."""
    with wiring.command(_local(common), name="sandbox down") as session:
        from opsctl.sandbox import control

        ended = control.down()
        words = "The sandbox is down." if ended else "The sandbox was not up."
        session.answer({"was_running": ended, "running": False}, lambda _: words)


@app.command(epilog=options.example("opsctl sandbox status"))
@options.reads
def status(common: Common) -> None:
    """Whether the sandbox is up, where it answers, and what is broken in it. Exit 30 when down."""
    with wiring.command(_local(common), name="sandbox status") as session:
        from opsctl.cli import sandbox_screen as screen
        from opsctl.sandbox import control

        found = control.status()
        _target(session)
        session.answer(found, screen.status, well=found["running"] is True)


@app.command(epilog=options.example("opsctl sandbox demo"))
@options.reads
def demo(common: Common) -> None:
    """The guided first run: a deployment, a broken one, a rollback and a scale, all real.

    Leaves the sandbox up, for you to go on with.
    """
    with wiring.command(_local(common), name="sandbox demo") as session:
        from opsctl.cli import sandbox_demo

        result = sandbox_demo.run(session.say, as_json=common.output == "json")
        _target(session)
        session.answer(result, sandbox_demo.farewell)


@app.command(
    name="break",
    epilog=options.example("opsctl sandbox break crash", "opsctl sandbox break throttle --for 30s"),
)
@options.reads
def break_(
    common: Common,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            autocompletion=completion.among(*KINDS),
            help="crash, sick, slow, errors, throttle, disabled-user, full or alarm.",
        ),
    ],
    for_: Annotated[
        str | None, typer.Option("--for", metavar="DURATION", help="How long, as in 30s.")
    ] = None,
) -> None:
    """Break something on purpose, for a game day. `opsctl sandbox heal` takes it back.

    crash kills the tasks, sick makes their health check fail, slow delays their answers, errors
    makes their pages fail, throttle makes the AWS API refuse calls, disabled-user keeps alice out,
    full leaves autoscaling no room, alarm trips the error-rate alarm.
    """
    with wiring.command(_local(common), name="sandbox break") as session:
        from opsctl.cli import sandbox_screen as screen
        from opsctl.sandbox import control

        broken = control.break_kind(
            kind, options.seconds("--for", for_) if for_ is not None else None
        )
        _target(session)
        session.answer({"kind": kind, "broken": broken}, screen.broken)


@app.command(epilog=options.example("opsctl sandbox heal"))
@options.reads
def heal(common: Common) -> None:
    """Take back what `break` has broken."""
    with wiring.command(_local(common), name="sandbox heal") as session:
        from opsctl.sandbox import control

        control.heal()
        _target(session)
        session.answer({"broken": {}}, lambda _: "Nothing is broken on purpose any more.")


@app.command(
    epilog=options.example(
        "opsctl sandbox fill alice --objects 20000 --versions 3 --items 5000",
        "opsctl user show alice -e local",
    )
)
@options.reads
def fill(
    common: Common,
    user: Annotated[str, typer.Argument(metavar="USER", help="Whose data, like alice.")],
    objects: Annotated[int, _count("--objects", "Objects in S3.")] = 1000,
    versions: Annotated[int, _count("--versions", "Versions of each object.")] = 2,
    markers: Annotated[int, _count("--markers", "Objects that are deleted: a marker on top.")] = 0,
    uploads: Annotated[int, _count("--uploads", "Unfinished uploads.")] = 0,
    items: Annotated[int, _count("--items", "Items in DynamoDB.")] = 1000,
    awkward: Annotated[
        bool, typer.Option("--awkward", help="Keys with quotes, spaces and letters beyond ASCII.")
    ] = False,
) -> None:
    """Give a user very much data at once, for a game day. `opsctl user purge` has work then.

    It goes straight into the sandbox's stores: 200,000 versions take some seconds.
    """
    with wiring.command(_local(common), name="sandbox fill") as session:
        from opsctl.cli import sandbox_screen as screen
        from opsctl.sandbox import control

        wanted = {
            "objects": objects,
            "versions": versions,
            "markers": markers,
            "uploads": uploads,
            "awkward": awkward,
        }
        made = control.fill(user, wanted, items)
        _target(session)
        session.answer(made, screen.filled)


@app.command(
    name="shell-env",
    epilog=options.example(
        'eval "$(opsctl sandbox shell-env)"', "opsctl sandbox shell-env --shell fish | source"
    ),
)
@options.reads
def shell_env(
    common: Common,
    shell: Annotated[str, typer.Option("--shell", metavar="SHELL", help="sh or fish.")] = "sh",
) -> None:
    """Print what a shell must export so that the plain `aws` CLI talks to the sandbox."""
    with wiring.command(_local(common), name="sandbox shell-env") as session:
        from opsctl.sandbox import shell_env as exports

        values = exports.variables()
        lines = exports.lines(values, shell)
        _target(session)
        session.answer(values, lambda _: "\n".join(lines))


def _local(common: Common) -> Common:
    """These commands act on the sandbox and nothing else."""
    if common.env not in (None, LOCAL):
        raise UsageProblem(
            f"The sandbox is the environment `{LOCAL}`, not `{common.env}`.",
            hint="Leave --env away.",
        )
    return replace(common, env=LOCAL)


def _target(session: wiring.Session) -> Any:
    """Resolve the target now, for the document that `-o json` prints."""
    return session.target
