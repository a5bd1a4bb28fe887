"""Every entry of the registry is a command with help and an example."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

import typer

from opsctl.cli.app import app, load
from opsctl.cli.registry import COMMANDS


def below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """A command and everything below it, by the words that name it."""
    yield name, command
    for word, inner in getattr(command, "commands", {}).items():
        yield from below(f"{name} {word}", inner)


EVERY = [it for name in COMMANDS for it in below(name, load(name))]
"""Every command and group, by its words."""


def test_every_entry_names_a_module_with_an_app() -> None:
    apps = {name: importlib.import_module(module).app for name, (module, _) in COMMANDS.items()}
    faults = [
        name
        for name, it in apps.items()
        if not isinstance(it, typer.Typer) or load(name).name != name
    ]
    assert not faults, "\n".join(faults)


def test_every_command_has_help_and_an_example_of_itself() -> None:
    faults = []
    for words, command in EVERY:
        if not command.help:
            faults.append(f"{words} has no help")
        if not re.search(rf"^ +opsctl {words}\b", command.epilog or "", re.M):
            faults.append(f"{words} has no example")
    assert not faults, "\n".join(faults)


def test_every_option_of_a_command_is_explained() -> None:
    faults = [
        f"{words}: {parameter.name}"
        for words, command in EVERY
        for parameter in command.params
        if not parameter.help and not parameter.hidden
    ]
    assert not faults, "\n".join(faults)


def test_short_helps_are_sentences_that_fit_the_list_of_commands() -> None:
    for name, (_, short) in COMMANDS.items():
        assert short.endswith("."), name
        assert len(short) <= 64, name


def test_every_module_of_a_command_is_in_the_registry_under_its_own_name() -> None:
    assert {module for module, _ in COMMANDS.values()} == {f"opsctl.cli.{it}" for it in COMMANDS}
    assert app is not None
