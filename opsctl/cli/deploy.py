"""`opsctl deploy`: a new image into service, followed until it serves."""

from typing import Annotated

import typer

from opsctl.cli import options, release_silence, wiring
from opsctl.cli.options import Common
from opsctl.cli.release_silence import Silence
from opsctl.plan import Danger

app = typer.Typer(add_completion=False)


@app.command(
    epilog=options.example(
        "opsctl deploy 1.3.0 --env prod",
        "opsctl deploy 1.3.0 --env prod --dry-run",
        "opsctl deploy 1.3.0 --silence --env prod",
    )
)
@options.changes
def deploy(
    common: Common,
    image: Annotated[
        str,
        typer.Argument(
            metavar="TAG_OR_IMAGE", help="A tag, a sha256: digest, or a whole image name in ECR."
        ),
    ],
    silence: Silence = False,
) -> None:
    """Bring a new image into service and follow it.

    Checks everything a task needs before it starts, registers a copy of the live revision with
    the image pinned by its digest, updates the service, and follows this deployment. A release
    that fails and is rolled back ends with exit code 23. Run it again to follow it again.
    """
    with wiring.command(common, name="deploy") as session:
        from opsctl.procedures import deploy as procedure

        request = procedure.Request(
            session.target.env,
            image,
            session.target.deploy_timeout,
            release_silence.asked(session, silence),
        )
        release_silence.run(session, procedure.PROCEDURE, request, at_least=Danger.MODERATE)
