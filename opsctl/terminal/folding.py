"""A line that is longer than the terminal is wide, broken between words under its own beginning."""

from __future__ import annotations

import re
import unicodedata

NARROWEST = 40
"""Columns below which breaking between words helps nobody."""

_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
_MARK = re.compile(r" *(?:(?:[-✓✗?!·] |\d+\. |Error: ))?")
# A command that was broken could not be copied: the terminal folds it, and joins it again.
# Behind a full stop, a comma or a semicolon the name begins a sentence instead.
_COMMAND = re.compile(r"(?<![.,;] )(?<![\w./-])(?:opsctl|aws) [a-z]")


def width(words: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(_columns(letter) for letter in words)


def folded(line: str, columns: int, indent: int | None = None) -> list[str]:
    """The line in as many as it needs; whole where it holds a command, or `columns` is 0.

    Colours take no room. What follows stands `indent` columns to the right, else under the first
    word behind a mark. A word that is longer than the terminal is left to the terminal.
    """
    shown = _ESCAPE.sub("", line)
    if columns < NARROWEST or width(shown) <= columns or _COMMAND.search(shown):
        return [line]
    if indent is None:
        mark = _MARK.match(shown)
        indent = len(mark.group()) if mark else 0
    return _broken(line, columns, " " * indent)


def _broken(line: str, columns: int, indent: str) -> list[str]:
    first, *words = line.split(" ")
    made, taken = [first], width(_ESCAPE.sub("", first))
    for word in words:
        size = width(_ESCAPE.sub("", word))
        fits_below = len(indent) + size <= columns
        if size and taken + 1 + size > columns and made[-1].strip() and fits_below:
            made[-1] = made[-1].rstrip()
            made.append(indent + word)
            taken = len(indent) + size
        else:
            made[-1] += f" {word}"
            taken = (taken + 1 + size) % (columns + 1)
    return made


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
