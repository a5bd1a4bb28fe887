"""A command line looked at by the program's own parser, without being run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from typer._click.exceptions import BadParameter, MissingParameter, NoArgsIsHelpError
from typer.exceptions import TyperException
from typer.main import get_command


def problem(words: list[str], is_open: Callable[[str], bool] = lambda word: False) -> str:
    """What is wrong with these words after `opsctl`; empty when they could be run.

    `is_open` says which words stand for something that is yet to be said: their form does not
    count.
    """
    try:
        _parsed(words)
    except NoArgsIsHelpError:
        return f"`opsctl {' '.join(words)}` needs another word."
    except BadParameter as error:
        given = [word for word in words if is_open(word) and word in error.format_message()]
        if given and not isinstance(error, MissingParameter):
            return ""
        return str(error.format_message())
    except TyperException as error:
        return str(error.format_message())
    return ""


def takes(words: list[str], option: str) -> bool:
    """Whether the command that these words name has an option, such as `--reason`."""
    command = _leaf(words)
    return any(option in getattr(it, "opts", ()) for it in command.params)


def _parsed(words: list[str]) -> None:
    """Parses them as the program would, group by group. Raises TyperException."""
    from opsctl.cli.app import app

    command: Any = get_command(app)
    context = command.make_context("opsctl", list(words))
    while rest := [*context._protected_args, *context.args]:
        if not hasattr(command, "commands"):
            return
        name, inner, left = command.resolve_command(context, rest)
        context = inner.make_context(name, left, parent=context)
        command = inner
    if hasattr(command, "commands") and not command.invoke_without_command:
        context.fail(f"`opsctl {' '.join(words)}` needs another word.")


def _leaf(words: list[str]) -> Any:
    """The innermost command that the words name."""
    from opsctl.cli.app import load

    command = load(words[0])
    for word in words[1:]:
        inner = getattr(command, "commands", {}).get(word)
        if inner is None:
            break
        command = inner
    return command
