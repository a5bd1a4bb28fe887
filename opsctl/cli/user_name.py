"""Whom a command is about: from the words, or from standard input, which no history keeps."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from opsctl.errors import NeedsAnswer, UsageProblem

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session


def given(session: Session, word: str | None) -> str:
    """The name: the word itself, or one line of standard input for no word and for `-`.

    At a terminal it is asked for. Raises UsageProblem for no line and for several, NeedsAnswer
    where nobody can type it.
    """
    if word not in (None, "-"):
        return word or ""
    if sys.stdin is None or sys.stdin.isatty():
        return _typed(session)
    try:
        lines = sys.stdin.read().splitlines()
    except UnicodeDecodeError:
        # `from None`: the error holds the bytes that it could not read.
        raise UsageProblem("What standard input holds is not text.") from None
    if len(lines) != 1:
        raise UsageProblem(
            f"Standard input holds {len(lines)} lines instead of one name.",
            hint="Name one user, as the argument or on one line of standard input.",
        )
    return lines[0]


def _typed(session: Session) -> str:
    if session.common.no_input or not session.screen.can_ask:
        raise NeedsAnswer(
            "Whose data? There is nobody to ask.",
            hint="Give the user as the argument, or on standard input.",
        )
    from opsctl.terminal import prompts

    return prompts.line(session.screen, "Username, e-mail address or sub:")
