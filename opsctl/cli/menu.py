"""The menu of `opsctl` without a word, at a terminal: the same commands, by arrow keys."""

from __future__ import annotations

import shutil
import textwrap
from typing import Any

from opsctl.cli.registry import COMMANDS
from opsctl.terminal import prompts
from opsctl.terminal.screen import Screen

ALONE = "(by itself)"


def choose() -> list[str]:
    """Asks for a command and what it needs, says how it would be typed, and answers its words."""
    from opsctl.cli.app import load

    screen = Screen()
    name = prompts.choice(screen, "What do you want to do?", _titles(_summaries()))
    words, command = [name], load(name)
    while hasattr(command, "commands"):
        inner = {word: it.get_short_help_str(60) for word, it in command.commands.items()}
        if command.invoke_without_command:
            inner = {ALONE: command.short_help, **inner}
        word = prompts.choice(screen, f"opsctl {' '.join(words)}", _titles(inner))
        if word == ALONE:
            break
        words.append(word)
        command = command.commands[word]
    for parameter in command.params:
        words += _answer(screen, parameter)
    screen.say(f"$ opsctl {' '.join(words)}", "dim")
    return words


def _summaries() -> dict[str, str]:
    return {name: short for name, (_, short) in COMMANDS.items()}


def _titles(entries: dict[str, str]) -> list[tuple[str, str]]:
    column = max(map(len, entries))
    # A line of the menu cannot be folded: it would end in the middle of a word.
    room = max(shutil.get_terminal_size().columns - column - 6, 20)
    shown = {
        name: textwrap.shorten(short, room, placeholder=" …") for name, short in entries.items()
    }
    return [(f"{name.ljust(column)}  {short}", name) for name, short in shown.items()]


def _answer(screen: Screen, parameter: Any) -> list[str]:
    """The words for one parameter: whatever is required is asked for, and the environment."""
    if parameter.required:
        is_option = parameter.param_type_name == "option"
        name = parameter.opts[0] if is_option else parameter.human_readable_name.upper()
        typed = prompts.line(screen, f"{name} ({parameter.help.rstrip('.')}):")
        return [name, typed] if is_option else [typed]
    if parameter.name == "env":
        return _environment(screen)
    return []


def _environment(screen: Screen) -> list[str]:
    from opsctl import targets

    names = targets.load().environments
    if len(names) == 1:
        return ["--env", next(iter(names))]
    return ["--env", prompts.choice(screen, "Where?", [(name, name) for name in names])]
