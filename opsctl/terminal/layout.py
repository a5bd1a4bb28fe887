"""Blocks into lines of text, coloured or not; nothing is ever cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsctl.terminal import text
from opsctl.terminal.blocks import Block, Check, Fields, Heading, Screenful, Styled, Table, Words
from opsctl.terminal.folding import folded, width

ROOM = 16
"""Columns that the last column of a table needs, or what has no room stands below its row."""
BELOW = 6

_CODES = {"good": "32", "bad": "1;31", "warn": "33", "dim": "2", "bold": "1"}
_MARKS = {True: ("✓", "good"), False: ("✗", "bad"), None: ("?", "warn")}


def lines(screenful: Screenful, *, colour: bool, columns: int = 0) -> Iterator[str]:
    """The lines of a screenful. Every value is made harmless on the way.

    Prose is broken between words within `columns`, where that is not 0; a str without a style,
    which may be a document, is not, and of a table only the last column.
    """
    paint = _Paint(colour, columns)
    blocks = [screenful] if isinstance(screenful, str) else screenful
    for block in blocks:
        yield from paint.block(block)


class _Paint:
    def __init__(self, colour: bool, columns: int) -> None:
        self._colour = colour
        self._columns = columns

    def words(self, value: str | Words) -> str:
        """A value on one line."""
        if isinstance(value, Words):
            return "".join(self._styled(piece, text.unbroken(piece)) for piece in value.pieces)
        return self._styled(value, text.one_line(value))

    def _styled(self, value: str, shown: str, style: str = "") -> str:
        code = _CODES.get(style or getattr(value, "style", ""), "")
        return f"\x1b[{code}m{shown}\x1b[0m" if code and shown and self._colour else shown

    def _folded(self, line: str, indent: int | None = None) -> list[str]:
        return folded(line, self._columns, indent)

    def block(self, block: Block) -> Iterator[str]:
        if isinstance(block, str):
            for line in text.clean(block).split("\n"):
                shown = self._styled(block, line)
                yield from self._folded(shown) if isinstance(block, Styled) else (shown,)
        elif isinstance(block, Heading):
            yield ""
            yield self._styled(block.text, text.one_line(block.text), "bold")
        elif isinstance(block, Words):
            yield from self._folded(self.words(block))
        elif isinstance(block, Fields):
            yield from self._fields(block)
        elif isinstance(block, Table):
            yield from self._table(block)
        else:
            yield from self._check(block)

    def _fields(self, block: Fields) -> Iterator[str]:
        names = [text.one_line(name) for name, _ in block.rows]
        column = max(map(width, names), default=0)
        for name, (_, value) in zip(names, block.rows, strict=True):
            line = f"  {_padded(name, column)}  {self.words(value)}".rstrip()
            yield from self._folded(line, column + 4)

    def _table(self, block: Table) -> Iterator[str]:
        rows = [[text.one_line(cell) for cell in row] for row in (block.headers, *block.rows)]
        widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
        last = sum(widths[:-1]) + 2 * len(widths)
        for number, (row, cells) in enumerate(zip(rows, (block.headers, *block.rows), strict=True)):
            style = "dim" if number == 0 else ""
            line = self._row(row, cells, widths, block.right, style)
            if self._columns - last >= ROOM or last + width(row[-1]) <= self._columns:
                yield from self._folded(line, last)
            elif not self._columns or len(row) == 1 or not row[-1]:
                yield line
            else:
                yield self._row(row[:-1], cells[:-1], widths, block.right, style)
                below = self._styled(cells[-1], row[-1], style)
                yield from self._folded(" " * BELOW + below, BELOW)

    def _row(
        self,
        row: Sequence[str],
        cells: Sequence[str],
        widths: Sequence[int],
        right: Sequence[int],
        style: str,
    ) -> str:
        parts = []
        for index, (shown, cell) in enumerate(zip(row, cells, strict=True)):
            blank = " " * (widths[index] - width(shown))
            painted = self._styled(cell, shown, style)
            parts.append(blank + painted if index in right else painted + blank)
        return "  " + "  ".join(parts).rstrip()

    def _check(self, block: Check) -> Iterator[str]:
        mark, style = _MARKS[block.ok]
        detail = f": {text.one_line(block.detail)}" if block.detail else ""
        marked = self._styled("", mark, style)
        yield from self._folded(f"  {marked} {text.one_line(block.title)}{detail}")
        if block.fix and block.ok is not True:
            for line in text.clean(block.fix).split("\n"):
                yield f"      → {line}"


def _padded(words: str, column: int) -> str:
    return words + " " * (column - width(words))
