"""`opsctl restart`: every task replaced by a fresh one."""

import typer

from opsctl.cli import options, release_silence, wiring
from opsctl.cli.options import Common
from opsctl.cli.release_silence import Silence
from opsctl.plan import Danger

app = typer.Typer(add_completion=False)


@app.command(epilog=options.example("opsctl restart --env prod --reason 'stuck connections'"))
@options.changes
def restart(common: Common, silence: Silence = False) -> None:
    """Replace every task by a fresh one and follow it.

    Starts a new deployment of the live revision. Refuses where an image tag has moved, since
    ECS would then bring in another release.
    """
    ways = options.ways({"--silence": silence})
    with wiring.command(common, name="restart", ways=ways) as session:
        from opsctl.procedures import restart as procedure

        request = procedure.Request(
            session.target.env,
            session.target.deploy_timeout,
            release_silence.asked(session, silence),
        )
        release_silence.run(session, procedure.PROCEDURE, request, at_least=Danger.MILD)
