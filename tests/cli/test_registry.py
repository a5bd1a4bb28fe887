"""Every entry of the registry is a command with help and an example."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from opsctl.cli.app import app, load
from opsctl.cli.registry import COMMANDS


def below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """A command and everything below it, by the words that name it."""
    yield name, command
    for word, inner in getattr(command, "commands", {}).items():
        yield from below(f"{name} {word}", inner)


@pytest.mark.parametrize("name", COMMANDS)
def test_an_entry_names_a_module_with_an_app(name: str) -> None:
    module, _ = COMMANDS[name]
    assert isinstance(importlib.import_module(module).app, typer.Typer)
    assert load(name).name == name


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_all_below_it_have_help_and_an_example_of_themselves(name: str) -> None:
    for words, command in below(name, load(name)):
        assert command.help, f"{words} has no help"
        example = rf"^ +opsctl {words}\b"
        assert re.search(example, command.epilog or "", re.M), f"{words} has no example"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_explained(name: str) -> None:
    for words, command in below(name, load(name)):
        for parameter in command.params:
            assert parameter.help or parameter.hidden, f"{words}: {parameter.name}"


def test_short_helps_are_sentences_that_fit_the_list_of_commands() -> None:
    for name, (_, short) in COMMANDS.items():
        assert short.endswith("."), name
        assert len(short) <= 64, name


def test_every_module_of_a_command_is_in_the_registry_under_its_own_name() -> None:
    assert {module for module, _ in COMMANDS.values()} == {f"opsctl.cli.{it}" for it in COMMANDS}
    assert app is not None
