"""Questions at the terminal: on standard error, Enter is no, and an end of input is no."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opsctl import errors
from opsctl.terminal.screen import Screen


def agrees(screen: Screen, words: str) -> bool:
    """Asks y/N. True only for y or yes; KeyboardInterrupt for Ctrl-C, Cancelled for Ctrl-D.

    The whole answer counts: questionary's own y/N takes the last key of "nay" for a yes.
    """
    return line(screen, f"{words} [y/N]").lower() in ("y", "yes")


def line(screen: Screen, words: str, *, hidden: bool = False) -> str:
    """Asks for one line, without the blanks around it."""
    if not screen.err.live and not hidden:
        with _waiting(screen):
            return _typed(screen, f"{words} ")

    def ask(questionary: Any, output: Any) -> Any:
        kind = questionary.password if hidden else questionary.text
        return kind(words, output=output)

    return str(_asked(screen, ask)).strip()


def choice(screen: Screen, words: str, choices: list[tuple[str, str]]) -> str:
    """Lets one of (title, value) be chosen with the arrow keys, and answers its value."""

    def ask(questionary: Any, output: Any) -> Any:
        made = [questionary.Choice(title, value=value) for title, value in choices]
        keys = "(arrows and Enter; Ctrl-C leaves)"
        return questionary.select(words, made, output=output, qmark="", instruction=keys)

    return str(_asked(screen, ask))


def _asked(screen: Screen, ask: Any) -> Any:
    import questionary
    from prompt_toolkit.output.vt100 import Vt100_Output

    screen.settle()
    _forget_what_was_typed(screen)
    # Standard error, because standard output may be a file that waits for the answer. Without
    # asking for the cursor's position: terminals that do not answer get a warning otherwise.
    output = Vt100_Output.from_pty(screen.err.file)
    output.enable_cpr = False
    try:
        with _waiting(screen):
            return ask(questionary, output).unsafe_ask()
    except (EOFError, OSError) as error:
        raise _ended() from error


@contextmanager
def _waiting(screen: Screen) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    finally:
        screen.asked += time.monotonic() - began


def _typed(screen: Screen, words: str) -> str:
    """A question on a terminal that cannot move its cursor."""
    _forget_what_was_typed(screen)
    screen.err.write(words)
    answer = screen.stdin.readline() if screen.stdin is not None else ""
    if not answer:
        raise _ended()
    return answer.strip()


def _ended() -> errors.Cancelled:
    return errors.Cancelled("The input ended before an answer came.")


def _forget_what_was_typed(screen: Screen) -> None:
    """What was typed before the question was on the screen cannot be an answer to it."""
    try:
        import termios

        termios.tcflush(screen.stdin or sys.stdin, termios.TCIFLUSH)
    except (ImportError, OSError, ValueError):
        return
