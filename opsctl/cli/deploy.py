"""`opsctl deploy`: a new image into service, followed until it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from opsctl.cli import checklist_notes, completion, deploy_options, options, release_silence, wiring
from opsctl.cli.deploy_options import Build, Context, Dockerfile, TagRelease
from opsctl.cli.options import Common
from opsctl.cli.release_silence import Silence
from opsctl.plan import Danger

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session

app = typer.Typer(add_completion=False)


@app.command(
    epilog=options.example(
        "opsctl deploy 1.3.0 --env prod",
        "opsctl deploy 1.3.0 --env prod --dry-run",
        "opsctl deploy 1.3.0 --silence --env prod",
        "opsctl deploy 1.3.0 --terraform --env prod",
        "opsctl deploy --build --env prod",
        "opsctl deploy --tag-release v1.3.0 --env prod",
    )
)
@options.changes
def deploy(
    common: Common,
    image: Annotated[
        str | None,
        typer.Argument(
            metavar="TAG_OR_IMAGE",
            autocompletion=completion.of("tags"),
            help="A tag, a sha256: digest, or a whole image name in ECR.",
        ),
    ] = None,
    silence: Silence = False,
    terraform: Annotated[
        bool,
        typer.Option("--terraform", help="By Terraform: its plan is saved, shown, and applied."),
    ] = False,
    build: Build = False,
    context: Context = None,
    dockerfile: Dockerfile = None,
    tag_release: TagRelease = None,
) -> None:
    """Bring a new image into service and follow it.

    Checks everything a task needs before it starts, registers a copy of the live revision with
    the image pinned by its digest, updates the service, and follows this deployment. A release
    that fails and is rolled back ends with exit code 23. Run it again to follow it again.
    """
    ways = {"--terraform": terraform, "--build": build, "--tag-release": tag_release is not None}
    said = options.ways({**ways, "--silence": silence})
    with wiring.command(common, name="deploy", ways=said) as session:
        deploy_options.check(
            image,
            ways,
            silence=silence,
            place=context is not None or dockerfile is not None,
        )
        if build:
            deploy_options.build(session, image, context, dockerfile)
        elif tag_release is not None:
            deploy_options.tag_release(session, tag_release)
        else:
            _deploy(session, image or "", silence=silence, terraform=terraform)


def _deploy(session: Session, image: str, *, silence: bool, terraform: bool) -> None:
    from opsctl.procedures import deploy as procedure

    request = procedure.Request(
        session.target.env,
        image,
        session.target.deploy_timeout,
        release_silence.asked(session, silence),
    )
    chosen: Any = procedure.PROCEDURE
    if terraform:
        from opsctl.procedures import deploy_terraform

        chosen = deploy_terraform.PROCEDURE
    chosen = checklist_notes.beside(session, chosen, image)
    release_silence.run(session, chosen, request, at_least=Danger.MODERATE)
