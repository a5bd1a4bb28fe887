"""A recording of commands at a terminal: a transcript, and a picture that moves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from glass_terminal import Glass
from pages import ROOT

COLUMNS, ROWS = 100, 30
CELL, LINE, EDGE = 8.4, 18, 16
EVERY = 0.4
"""Seconds between two frames of what moves."""
TYPING, READING, STANDING, LONGEST = 1.2, 3.0, 4.0, 1.0
"""Seconds that a typed command, a question and an end are shown, and that nothing moves at most."""
COLOURS = {
    "default": "#d8dee9",
    "black": "#4c566a",
    "brightblack": "#7b88a1",
    "red": "#e06c75",
    "green": "#98c379",
    "brown": "#e5c07b",
    "blue": "#61afef",
    "magenta": "#c678dd",
    "cyan": "#56b6c2",
    "white": "#eceff4",
}
Run = tuple[str, str, bool]
"""(text, colour, bold)."""
Row = tuple[Run, ...]


@dataclass
class Recording:
    """Scenes one after the other on the same screen."""

    frames: list[tuple[tuple[Row, ...], float]] = field(default_factory=list)
    """(the rows on the screen, the seconds that they stand)."""
    scenes: list[tuple[str, list[str]]] = field(default_factory=list)
    """(command, what stands on the screen at its end)."""
    _above: list[Row] = field(default_factory=list)
    _last: float = 0.0

    def begins(self, command: str) -> None:
        """The command is typed."""
        self._above.append((("$ ", COLOURS["green"], True), (command, COLOURS["white"], True)))
        self._show([], TYPING)
        self._last = time.monotonic()

    def changed(self, glass: Glass) -> None:
        """Something new is on the screen."""
        now = time.monotonic()
        if now - self._last >= EVERY or "[y/N]" in glass.display[glass.cursor.y]:
            asks = glass.display[glass.cursor.y].rstrip().endswith("[y/N]")
            self._show(list(rows(glass)), READING if asks else min(now - self._last, LONGEST))
            self._last = now

    def ends(self, command: str, glass: Glass) -> None:
        """The command is over; the next one is typed below it."""
        last = list(rows(glass))
        self._show(last, STANDING)
        self._above += [*last, ()]
        self.scenes.append((command, [line.replace(str(ROOT), "~") for line in glass.text()]))

    def transcript(self) -> str:
        """All of it as text."""
        told = ("\n".join([f"$ {command}", *lines]) for command, lines in self.scenes)
        return "\n\n".join(told) + "\n"

    def svg(self) -> str:
        """All of it as one picture without a script."""
        return "\n".join(_svg(self.frames)) + "\n"

    def _show(self, below: list[Row], seconds: float) -> None:
        screen = tuple([*self._above, *below][-ROWS:])
        if self.frames and self.frames[-1][0] == screen:
            self.frames[-1] = (screen, max(self.frames[-1][1], seconds))
        else:
            self.frames.append((screen, seconds))


def rows(glass: Glass) -> Iterator[Row]:
    """What stands on a glass, folded as a terminal folds it."""
    lines = [*glass.history.top, *(glass.buffer[y] for y in range(glass.lines))]
    while lines and not any(lines[-1][x].data.strip() for x in range(COLUMNS)):
        lines.pop()
    for line in lines:
        cells = [line[x] for x in range(glass.columns)]
        while cells and cells[-1].data == " ":
            cells.pop()
        row = _replaced([(it.data, _colour(it), bool(it.bold)) for it in cells])
        for at in range(0, max(len(row), 1), COLUMNS):
            yield _joined(row[at : at + COLUMNS])


def _replaced(cells: list[Run]) -> list[Run]:
    """The place of this copy of the project is nobody's business."""
    text, place = "".join(it[0] for it in cells), str(ROOT)
    while (at := text.find(place)) >= 0:
        cells[at : at + len(place)] = [("~", *cells[at][1:])]
        text = "".join(it[0] for it in cells)
    return cells


def _joined(cells: list[Run]) -> Row:
    runs: list[Run] = []
    for data, colour, bold in cells:
        if runs and runs[-1][1:] == (colour, bold):
            runs[-1] = (runs[-1][0] + data, colour, bold)
        else:
            runs.append((data, colour, bold))
    return tuple(runs)


def _colour(cell: object) -> str:
    name = str(getattr(cell, "fg", "default"))
    return COLOURS.get(name.removeprefix("bright"), COLOURS["default"])


def _svg(frames: list[tuple[tuple[Row, ...], float]]) -> Iterator[str]:
    width, height = COLUMNS * CELL + 2 * EDGE, ROWS * LINE + 2 * EDGE
    whole = sum(seconds for _, seconds in frames)
    numbers = {row: at for at, row in enumerate(dict.fromkeys(it for f, _ in frames for it in f))}
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">'
    yield "<title>opsctl in the sandbox: status, a release, a broken one, a rollback</title>"
    yield "<style>"
    yield "text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre}"
    yield ".f{visibility:hidden}.f:last-of-type{visibility:visible}"
    began = 0.0
    for at, (_, seconds) in enumerate(frames):
        start, end = 100 * began / whole, 100 * (began + seconds) / whole
        first = "" if at == 0 else "0%{visibility:hidden}"
        shown = f"{start:.3f}%{{visibility:visible}}{end:.3f}%{{visibility:hidden}}"
        yield f"@keyframes k{at}{{{first}{shown}}}"
        yield f"#f{at}{{animation:k{at} {whole:.1f}s step-end infinite}}"
        began += seconds
    yield "@media (prefers-reduced-motion:reduce){.f{animation:none!important}}"
    yield "</style>"
    yield f'<rect width="{width:g}" height="{height:g}" rx="8" fill="#1e222a"/>'
    yield "<defs>"
    for row, number in numbers.items():
        yield f'<text id="r{number}">{_tspans(row)}</text>'
    yield "</defs>"
    for at, (screen, _) in enumerate(frames):
        used = "".join(
            f'<use href="#r{numbers[row]}" x="{EDGE}" y="{EDGE + (y + 1) * LINE - 5}"/>'
            for y, row in enumerate(screen)
            if row
        )
        yield f'<g class="f" id="f{at}">{used}</g>'
    yield "</svg>"


def _tspans(row: Row) -> str:
    """Each run at its own column: fonts differ in how wide a letter is."""
    spans, column = [], 0
    for text, colour, bold in row:
        weight = ' font-weight="bold"' if bold else ""
        place = f'x="{column * CELL:g}" textLength="{len(text) * CELL:g}"'
        if text.strip():
            spans.append(f'<tspan {place} fill="{colour}"{weight}>{escape(text)}</tspan>')
        column += len(text)
    return "".join(spans)
