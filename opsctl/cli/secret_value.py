"""A new secret value from the operator: typed unseen, or from a file; never from the words."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from opsctl.errors import NeedsAnswer, UsageProblem

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session

TELLING = 16
"""Characters; of a shorter value, four would tell too much."""


def read(session: Session, source: str, called: str) -> str:
    """The value: from `source` (a file, `-` for standard input), else asked for at the terminal.

    What was given is shown back as its length and, at a terminal, its last four characters.
    Raises NeedsAnswer where nobody can type it, UsageProblem for a value no key can have.
    """
    text = _from(session, source) if source else _typed(session, called)
    value = text[:-1] if text.endswith("\n") else text
    value = value.removesuffix("\r")
    if not value:
        raise UsageProblem("The new value is empty.")
    if any(it.isspace() or not it.isprintable() for it in value):
        raise UsageProblem("The new value has blanks, line breaks or control characters in it.")
    ending = f", ending in {value[-4:]}" if session.screen.can_ask and len(value) >= TELLING else ""
    session.say(f"New value of {called}: {len(value)} characters{ending}.")
    return value


def _typed(session: Session, called: str) -> str:
    if session.common.no_input or not session.screen.can_ask:
        raise NeedsAnswer(
            f"The new value of {called} is needed, and there is nobody to type it.",
            hint="Give it with --value-from FILE, or --value-from - on standard input.",
        )
    from opsctl.terminal import prompts

    return prompts.line(session.screen, f"New value of {called}:", hidden=True)


def _from(session: Session, source: str) -> str:
    try:
        if source == "-":
            return sys.stdin.read()
        path = Path(source)
        if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            session.say(f"{path} can be read by others: chmod 600 {path}")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageProblem(f"{source} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        # `from None`: the error holds the bytes that it could not read.
        raise UsageProblem(f"{source} is not text.") from None
