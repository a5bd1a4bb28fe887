"""`opsctl config`: make opsctl.toml, or show each value and where it comes from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common

if TYPE_CHECKING:
    from opsctl.reports.config import Shown
    from opsctl.targets import Setting
    from opsctl.terminal.blocks import Block

app = typer.Typer(
    add_completion=False,
    epilog=options.example("opsctl config init", "opsctl config show --env prod"),
)


def _text(metavar: str, words: str) -> Any:
    return typer.Option(metavar=metavar, help=words)


@app.callback()
def config() -> None:
    """Make opsctl.toml, or show it with the source of each value."""


@app.command(epilog=options.example("opsctl config show --env prod"))
@options.reads
def show(common: Common) -> None:
    """Show every value of an environment and where it comes from."""
    with wiring.command(common, name="config show") as session:
        from opsctl import targets
        from opsctl.reports import config as report

        session.answer(report.show(targets.load(common.config), common.env), _shown)


@app.command(epilog=options.example("opsctl config path"))
@options.reads
def path(common: Common) -> None:
    """Show which opsctl.toml counts."""
    with wiring.command(common, name="config path") as session:
        from opsctl.reports import config as report

        found = report.path(common.config, os.environ, Path.cwd())
        session.answer({"path": str(found)}, lambda made: str(found))


@app.command(
    epilog=options.example(
        "opsctl config init",
        "opsctl config init --name prod --account 123456789012 --region eu-west-1",
    )
)
@options.reads
def init(
    common: Common,
    name: Annotated[str, _text("ENV", "What the environment is called.")] = "",
    account: Annotated[str, _text("DIGITS", "The AWS account: twelve digits.")] = "",
    region: Annotated[str, _text("REGION", "The AWS region.")] = "",
    profile: Annotated[str, _text("PROFILE", "The AWS profile.")] = "",
    bucket: Annotated[str, _text("NAME", "The bucket of images.")] = "",
    user_pool: Annotated[str, _text("ID", "The Cognito user pool.")] = "",
    user_pool_client: Annotated[str, _text("ID", "Its app client.")] = "",
    app_url: Annotated[str, _text("URL", "Where users reach the service.")] = "",
) -> None:
    """Write a minimal opsctl.toml, asking for what the options do not say.

    It is written to the working folder, or where --config says, and never over another file.
    """
    with wiring.command(common, name="config init") as session:
        from opsctl.cli import config_questions
        from opsctl.reports import config as report

        place = common.config or Path("opsctl.toml")
        said = report.Answers(
            name or common.env or "",
            account,
            region,
            profile,
            bucket,
            user_pool,
            user_pool_client,
            app_url,
        )
        report.check_free(place)
        answers = config_questions.complete(said, session.screen, no_input=common.no_input)
        report.write(answers, place)
        made = {"path": str(place), "env": answers.name}
        session.answer(made, lambda _: f"{place} is written. Next: opsctl doctor -e {answers.name}")


def _shown(found: Shown) -> Iterator[Block]:
    from opsctl.terminal.blocks import Table, dim

    yield dim(f"file: {found.file or 'none'}; environments: {', '.join(found.environments)}")
    rows = []
    for it in found.settings:
        rows.append((it.name, _written(it) or "-", it.source))
    yield Table(("key", "value", "source"), rows)


def _written(it: Setting) -> str:
    from opsctl import durations
    from opsctl.targets.config_file import DURATIONS

    if isinstance(it.value, tuple):
        return ", ".join(each if isinstance(each, str) else each.name for each in it.value)
    if it.name in DURATIONS:
        return durations.text(float(it.value))
    return str(it.value).lower() if isinstance(it.value, bool) else str(it.value)
