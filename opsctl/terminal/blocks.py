"""What a screen is made of: plain values that a report's `render` answers with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias


class Styled(str):
    """A piece of text with a meaning: good, bad, warn, dim or bold. A plain str has none."""

    __slots__ = ("style",)
    style: str

    def __new__(cls, text: object, style: str) -> Styled:
        made = super().__new__(cls, text)
        made.style = style
        return made


def good(text: object) -> Styled:
    """Text that says that something is as it should be."""
    return Styled(text, "good")


def bad(text: object) -> Styled:
    """Text that says that something is wrong."""
    return Styled(text, "bad")


def warn(text: object) -> Styled:
    """Text to notice."""
    return Styled(text, "warn")


def dim(text: object) -> Styled:
    """Text of less weight."""
    return Styled(text, "dim")


def bold(text: object) -> Styled:
    """Text of more weight."""
    return Styled(text, "bold")


@dataclass(frozen=True)
class Heading:
    """A title with a blank line before it."""

    text: str


@dataclass(frozen=True)
class Words:
    """One line of several pieces, each with its own meaning."""

    pieces: Sequence[str]


@dataclass(frozen=True)
class Fields:
    """Names and values, the values in one column."""

    rows: Sequence[tuple[str, str | Words]]


@dataclass(frozen=True)
class Table:
    """Rows under headers; never cut, whatever the width. `right` are columns set to the right.

    At a terminal the last column is broken between words, so prose stands there.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[int] = ()


@dataclass(frozen=True)
class Check:
    """One line of a checklist. `ok` None means that it could not be found out."""

    title: str
    ok: bool | None
    detail: str = ""
    fix: str = ""


Block: TypeAlias = str | Heading | Words | Fields | Table | Check
"""A str is a line, or several."""

Screenful: TypeAlias = str | Iterable[Block]
"""What `render` answers."""
