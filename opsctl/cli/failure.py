"""A command line that ended in an error, before or outside of what `wiring` watches over."""

from __future__ import annotations

import re
from typing import Any

from typer._click.exceptions import NoArgsIsHelpError
from typer.exceptions import Abort, TyperException

from opsctl import errors
from opsctl.cli.registry import COMMANDS
from opsctl.outcome import Outcome
from opsctl.targets import Target
from opsctl.terminal import crash, ending
from opsctl.terminal.screen import Screen

_JSON = re.compile(r"-[a-z]*ojson|--output=json")
_OUTPUT_NEXT = re.compile(r"-[a-z]*o|--output")


def report(error: BaseException, arguments: list[str]) -> int:
    """Says what went wrong with these words, and answers the exit code."""
    return end(
        error,
        " ".join(_command(arguments)),
        screen=Screen(no_color="--no-color" in arguments),
        target=None,
        output="json" if wants_json(arguments) else "text",
        debug="--debug" in arguments,
    )


def end(
    error: BaseException,
    command: str,
    *,
    screen: Screen,
    target: Target | None,
    output: str,
    debug: bool,
) -> int:
    """Says what went wrong and answers the exit code; with `debug`, keeps the traceback."""
    if debug:
        keep_traceback(error, screen)
    outcome = outcome_of(error, command)
    return ending.finish(outcome, screen=screen, target=target, output=output)


def keep_traceback(error: BaseException, screen: Screen) -> None:
    """Keeps the traceback in a file and says where; a wrong word has none worth keeping."""
    if not isinstance(error, TyperException):
        screen.say(f"The traceback is in {crash.keep(error)}", "dim")


def outcome_of(error: BaseException, command: str) -> Outcome:
    """The outcome, Typer's own errors included."""
    if isinstance(error, Abort):
        return ending.outcome_of(KeyboardInterrupt(), command)
    if isinstance(error, TyperException):
        context: Any = getattr(error, "ctx", None)
        words = context.command_path if context else "opsctl"
        problem = errors.UsageProblem(_words(error, context), hint=f"{words} --help")
        command = words.removeprefix("opsctl").strip() or command
        return ending.outcome_of(problem, command)
    return ending.outcome_of(error, command)


def _words(error: TyperException, context: Any) -> str:
    if isinstance(error, NoArgsIsHelpError):
        # Its message is the whole help.
        inner = ", ".join(context.command.list_commands(context))
        return f"{context.command_path} needs one of: {inner}."
    return error.format_message()


def wants_json(arguments: list[str]) -> bool:
    """Whether the words ask for JSON, also where they are wrong otherwise."""
    words = arguments[: arguments.index("--")] if "--" in arguments else arguments
    pairs = zip(words, [*words[1:], ""], strict=False)
    return any(
        _JSON.fullmatch(word) or (_OUTPUT_NEXT.fullmatch(word) and after == "json")
        for word, after in pairs
    )


def _command(arguments: list[str]) -> list[str]:
    """The command's name as far as the words give it: `rollback`, or nothing."""
    return [word for word in arguments if word in COMMANDS][:1]
