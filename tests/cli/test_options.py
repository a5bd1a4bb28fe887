"""The shared options reach a command as one value, whatever else it takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from opsctl.cli import options
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem

seen: dict[str, Any] = {}


@options.changes
def deploy(
    image: Annotated[str, typer.Argument(help="What to deploy.")],
    common: Common,
    quick: Annotated[bool, typer.Option("--quick", help="No waiting.")] = False,
) -> None:
    """Deploy an image."""
    seen.update(image=image, common=common, quick=quick)


@options.reads
def status(common: Common) -> None:
    """Show the status."""
    seen.update(common=common)


def run(function: Any, *words: str) -> Any:
    seen.clear()
    app = typer.Typer(rich_markup_mode=None)
    app.command()(function)
    return CliRunner().invoke(app, list(words))


def test_without_options_everything_has_its_default() -> None:
    assert run(deploy, "v1").exit_code == 0
    assert seen == {"image": "v1", "common": Common(), "quick": False}


def test_every_option_arrives() -> None:
    words = "-e prod -o json --config x.toml --debug --no-input --no-color -n --exit-code -y"
    more = ["--confirm", "prod", "--reason", "because", "--timeout", "10m", "--quick"]
    more.append("--emergency")
    assert run(deploy, "v1", *words.split(), *more).exit_code == 0
    assert seen["quick"] is True
    assert seen["common"] == Common(
        env="prod",
        output="json",
        config=Path("x.toml"),
        debug=True,
        no_input=True,
        no_color=True,
        dry_run=True,
        exit_code=True,
        yes=True,
        confirm="prod",
        reason="because",
        emergency=True,
        timeout=600.0,
    )


def test_a_command_that_reads_has_nothing_to_confirm() -> None:
    assert run(status, "-e", "prod").exit_code == 0
    assert seen["common"] == Common(env="prod")
    for option in ("--yes", "--dry-run", "--confirm=x", "--reason=x", "--timeout=1m"):
        assert run(status, option).exit_code == 2


@pytest.mark.parametrize("words", [["--emergency"], ["--emergency", "--reason", "  "]])
def test_an_emergency_needs_a_reason(words: list[str]) -> None:
    answer = run(deploy, "v1", *words)
    assert isinstance(answer.exception, UsageProblem)
    assert answer.exception.hint == "Add --reason TEXT"
    assert seen == {}


@pytest.mark.parametrize("wrong", ["10", "soon", "-1m"])
def test_a_wrong_duration_is_a_usage_error_that_shows_the_form(wrong: str) -> None:
    answer = run(deploy, "v1", f"--timeout={wrong}")
    assert answer.exit_code == 2
    assert "10m" in answer.output


def test_an_output_that_does_not_exist_is_a_usage_error() -> None:
    assert run(status, "-o", "yaml").exit_code == 2


def test_a_command_that_does_not_take_the_common_value_is_a_mistake_of_ours() -> None:
    def lonely() -> None:
        """Takes nothing."""

    with pytest.raises(TypeError, match="lonely"):
        options.reads(lonely)


def test_the_function_keeps_its_name_and_help() -> None:
    app = typer.Typer(rich_markup_mode=None)
    app.command()(deploy)
    command = get_command(app)
    assert (command.name, command.help) == ("deploy", "Deploy an image.")


def test_a_walk_can_be_given_reasons_but_agrees_to_nothing_in_advance() -> None:
    seen: list[Common] = []

    @options.walks
    def walk(common: Common) -> None:
        seen.append(common)

    app = typer.Typer(rich_markup_mode=None)
    app.command()(walk)
    known = {opt for it in get_command(app).params for opt in it.opts}
    assert {"--dry-run", "--reason", "--incident", "--env"} <= known
    assert not {"--yes", "--confirm", "--exit-code"} & known


def test_examples_keep_their_lines() -> None:
    assert options.example("opsctl a") == "\b\nExample:\n  opsctl a"
    assert options.example("opsctl a", "opsctl b") == "\b\nExamples:\n  opsctl a\n  opsctl b"


def test_environments_are_completed_from_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "opsctl.toml").write_text("no toml at all [")
    monkeypatch.setenv("OPSCTL_CONFIG", str(tmp_path / "opsctl.toml"))
    assert options.environments("") == []
    monkeypatch.setenv("OPSCTL_CONFIG", "")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "opsctl.toml").unlink()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert options.environments("lo") == ["local"]
    assert options.environments("x") == []


def test_ways_are_the_words_that_were_said() -> None:
    assert options.ways({"--build": True, "--silence": False, "--terraform": True}) == (
        "--build --terraform"
    )
    assert options.ways({"--list": False}) == ""
