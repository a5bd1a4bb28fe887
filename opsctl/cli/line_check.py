"""A command line looked at by the program's own parser, without being run."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from typing import Any

from typer._click.exceptions import BadParameter, MissingParameter, NoArgsIsHelpError
from typer.exceptions import Exit, TyperException
from typer.main import get_command

ANSWERS = ("--yes", "-y", "--confirm", "--emergency", "--config", "--said", "--not-applicable")
"""Options that agree, lift a guard, answer a question or choose another opsctl.toml: only somebody
who types them now may."""
_JOINED = re.compile(r"-[A-Za-z]{2,}.*")


def problem(words: list[str], is_open: Callable[[str], bool] = lambda word: False) -> str:
    """What is wrong with these words after `opsctl`; empty when they could be run.

    `is_open` says which words stand for something that is yet to be said: their form does not
    count.
    """
    if words and words[0].startswith("-"):
        return f"{words[0]} is no command."  # --install-completion acts while it is parsed
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            _parsed(words)
    except Exit:  # of --help, which is well
        return ""
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


def forbidden(words: list[str]) -> str:
    """What no file may say in a command line, whatever the command makes of it; empty for none.

    An option that takes the next word, and what stands behind `--`, count as well: rather one line
    too many refused than one question too few asked.
    """
    if not words:
        return "it names no command."
    for word in words:
        if word.partition("=")[0] in ANSWERS:
            return f"{word.partition('=')[0]} is for who types it now: no file agrees to anything."
        if word == "--" or _JOINED.fullmatch(word):
            return f"{word} cannot stand in it: write every option out, and by itself."
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
