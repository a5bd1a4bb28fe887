"""Markdown as a terminal shows it: prose at its width, and code as it is, to be copied."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator

from opsctl.terminal import text

WIDEST = 100
"""Columns: longer lines of prose are hard to read."""

_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_FENCED = re.compile(r"^```\w*\n(.*?)^```$\n?", re.MULTILINE | re.DOTALL)
_WITHIN = re.compile(r"\[([^\]]+)\]\(#[^)]*\)")
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_THEME = {
    "markdown.code": "cyan",
    "markdown.h1": "bold",
    "markdown.h2": "bold underline",
    "markdown.item.number": "default",
    "markdown.item.bullet": "default",
}


def rendered(markdown: str, *, colour: bool, width: int | None = None) -> str:
    """The text for a terminal, made harmless first; what stands in comments is left out.

    A line of code is never wrapped: it would no longer be the line that it was.
    """
    columns = width or min(shutil.get_terminal_size().columns, WIDEST)
    cleaned = _WITHIN.sub(r"*\1*", _COMMENT.sub("", text.clean(markdown)))
    pieces = _FENCED.split(cleaned)
    shown = []
    for number, piece in enumerate(pieces):
        is_code = number % 2 == 1
        made = _code(piece, colour=colour) if is_code else _prose(piece, colour, columns)
        shown.append("\n".join(made))
    return "\n\n".join(it for it in shown if it) + "\n"


def _code(block: str, *, colour: bool) -> Iterator[str]:
    for line in block.rstrip("\n").split("\n"):
        yield f"\x1b[36m{line}\x1b[0m" if colour and line else line


def _prose(piece: str, colour: bool, columns: int) -> list[str]:
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.theme import Theme

    made = io.StringIO()
    console = Console(
        file=made,
        width=columns,
        force_terminal=True,
        color_system="standard" if colour else None,
        no_color=not colour,
        highlight=False,
        legacy_windows=False,
        theme=Theme(_THEME),
    )
    console.print(Markdown(piece, hyperlinks=False, justify="left"))
    shown = made.getvalue() if colour else _STYLE.sub("", made.getvalue())
    return "\n".join(_without_blanks(it) for it in shown.split("\n")).strip("\n").split("\n")


def _without_blanks(line: str) -> str:
    """Rich fills each line up to the width."""
    return re.sub(r" +((?:\x1b\[0m)?)$", r"\1", line)
