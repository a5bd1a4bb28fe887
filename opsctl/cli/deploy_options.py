"""The ways of `opsctl deploy` beside a tag in ECR: what they need, and which go together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opsctl.cli import checklist_notes
from opsctl.errors import UsageProblem
from opsctl.plan import Danger

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session

Build = Annotated[
    bool,
    typer.Option(
        "--build", help="Build the image with Docker and push it first; without TAG, Git names it."
    ),
]
Context = Annotated[
    Path | None,
    typer.Option("--context", metavar="FOLDER", help="With --build: what Docker builds from."),
]
Dockerfile = Annotated[
    str | None,
    typer.Option("--dockerfile", metavar="FILE", help="With --build: from the folder it builds."),
]
TagRelease = Annotated[
    str | None,
    typer.Option(
        "--tag-release",
        metavar="VERSION",
        help="Push a Git tag like v1.2.3, and follow the deployment that its pipeline makes.",
    ),
]


def check(
    image: str | None,
    ways: dict[str, bool],
    *,
    silence: bool,
    place: bool,
) -> None:
    """Raises UsageProblem for words that do not go together.

    `ways` are the options that say how to deploy, `place` whether --context or --dockerfile was
    given.
    """
    given = [name for name, it in ways.items() if it]
    if len(given) > 1:
        raise UsageProblem(
            f"{' and '.join(given)} do not go together.", hint="Each is a way of its own: choose."
        )
    if image is None and not (ways["--build"] or ways["--tag-release"]):
        raise UsageProblem(
            "What to deploy? Name a tag, a digest, or an image.", hint="opsctl deploy 1.3.0"
        )
    if image is not None and ways["--tag-release"]:
        raise UsageProblem(
            f"--tag-release names the release itself; “{image}” is one name too many.",
            hint="opsctl deploy --tag-release v1.2.3",
        )
    if place and not ways["--build"]:
        raise UsageProblem("--context and --dockerfile are for --build only.")
    if silence and (ways["--build"] or ways["--tag-release"]):
        raise UsageProblem(
            f"--silence does not go with {given[0]}: how long that takes is not known.",
            hint="First: opsctl alarms silence '*' --for 1h",
        )


def build(session: Session, tag: str | None, context: Path | None, dockerfile: str | None) -> None:
    """`--build [TAG]`."""
    from opsctl.procedures import deploy_build as procedure

    target = session.target
    folder = str((context or Path(target.build_context or ".")).absolute())
    request = procedure.Request(
        target.env,
        tag if tag is not None else session.aws.git.release_name(folder),
        folder,
        dockerfile or target.dockerfile,
        target.deploy_timeout,
    )
    session.run(
        checklist_notes.beside(session, procedure.PROCEDURE), request, at_least=Danger.MODERATE
    )


def tag_release(session: Session, tag: str) -> None:
    """`--tag-release VERSION`."""
    from opsctl.procedures import tag_release as procedure

    target, folder = session.target, str(Path.cwd())
    reason = session.common.reason
    message = f"Release {tag}" + (f"\n\n{reason}" if reason else "")
    request = procedure.Request(target.env, tag, folder, message, target.deploy_timeout)
    session.run(
        checklist_notes.beside(session, procedure.PROCEDURE), request, at_least=Danger.MODERATE
    )
