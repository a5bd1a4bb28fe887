"""Console blocks played at a terminal, and what they show compared with what really comes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import glass_terminal
from glass_terminal import Glass, Ran
from pages import Block
from recording import Recording

GAP = "…"
"""A line of its own that stands for any lines."""
SIZE = (0, 32)
"""A terminal that does not say how wide it is folds nothing: where a line would be broken depends
on ports and times. What is laid out by width takes it from COLUMNS."""
LOOKS = re.compile(r"opsctl (status|diagnose|logs search)\b")
PATIENCE = 10.0
TYPED = re.compile(r"\[y/N\] (\w+)$")
VARIES = (
    (re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}"), "RUN"),
    (re.compile(r"\b\d{8}t\d{4}-[0-9a-f]{6}\b"), "RULE"),
    (re.compile(r"\b\d{8}-\d+\b"), "INCIDENT"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "UUID"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "SHA256"),
    # The image is made of the packages of this installation.
    (re.compile(r"\bsha256:[0-9a-f]{12}…"), "DIGEST"),
    (re.compile(r"(?<=datapoints \[)\d+"), "N"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "TASK"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "REQUEST"),
    (re.compile(r"\b[0-9a-f]{8}\b(?= (INFO|WARN|ERROR))"), "TASK"),
    (re.compile(r"ecs-svc/\d+"), "DEPLOYMENT"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "DATE"),
    (re.compile(r"\b\d\d-\d\d(?= \d\d:\d\d)"), "DATE"),
    (re.compile(r"\b\d\d:\d\d(:\d\d)?(\.\d+)?Z?\b"), "TIME"),
    (re.compile(r"127\.0\.0\.1:\d+"), "HOST"),
    (re.compile(r"\b\d+(\.\d+)? (ms|s|min)\b"), "DURATION"),
    (re.compile(r"(?<=process  )\d+"), "PID"),
    (re.compile(r"\w+@[\w.-]+"), "WHO"),
    (re.compile(r"\b\d+(?= (refusals|sign-ins|failures|lines))"), "N"),
    (re.compile(r"\s+"), " "),
)


def same(line: str) -> str:
    """A line without what differs from one time to the next."""
    for pattern, words in VARIES:
        line = pattern.sub(words, line)
    return line.strip()


def differs(shown: Sequence[str], real: Sequence[str]) -> str:
    """What of the shown lines does not come, in that order; empty when all of it does."""
    rest = [it for it in map(same, real) if it]
    parts = _parts(shown)
    if len(parts) == 1:
        return "" if parts[0] == rest else "\n".join(real)
    for number, part in enumerate(parts):
        at = _find(part, rest)
        is_first, is_last = number == 0, number == len(parts) - 1
        if part and is_last:
            at = len(rest) - len(part) if rest[-len(part) :] == part else None
        if at is None or (is_first and part and at):
            return "\n".join([f"these lines do not come: {part}", *real])
        rest = rest[at + len(part) :]
    return ""


def rewritten(shown: Sequence[str], real: Sequence[str]) -> list[str]:
    """The shown lines as they come now, with the gaps where they were; all when that is unclear."""
    if GAP not in shown or differs(shown, real):
        return list(real)
    lines, rest = list[str](), list(real)
    for number, part in enumerate(_parts(shown)):
        if number:
            lines.append(GAP)
        if part:
            start, end = _span(part, rest, last=number == len(_parts(shown)) - 1)
            lines += rest[start:end]
            rest = rest[end:]
    return lines


class Player:
    """Types commands at a terminal. What `filmed` holds is recorded when it is first typed."""

    def __init__(self, environ: dict[str, str], folder: Path, filmed: Iterable[str] = ()) -> None:
        self.recording = Recording()
        self._environ = {**environ, "COLUMNS": "100"}
        self._folder = folder
        self._filmed = list(filmed)

    def play(self, block: Block) -> list[tuple[str, Ran]]:
        """Each command of a block; questions get the answers that are shown.

        A command that only looks may look again for a while: an alarm needs a moment to ring.
        """
        played = []
        for command, shown in block.played():
            deadline = time.monotonic() + PATIENCE
            ran = self._typed(command, shown)
            while (
                LOOKS.match(command) and differs(shown, ran.lines) and time.monotonic() < deadline
            ):
                ran = self._typed(command, shown)
            played.append((command, ran))
        return played

    def _typed(self, command: str, shown: Sequence[str]) -> Ran:
        answers = [match[1] for line in shown if (match := TYPED.search(line))] or ["y"]
        place: dict[str, Any] = {"environ": self._environ, "folder": self._folder, "size": SIZE}
        if command in self._filmed:
            self._filmed.remove(command)
            glass = Glass(glass_terminal.UNFOLDED, SIZE[1])
            self.recording.begins(command)
            seen = self.recording.changed
            ran = glass_terminal.run(command, answers=answers, glass=glass, changed=seen, **place)
            self.recording.ends(command, glass)
        else:
            ran = glass_terminal.run(command, answers=answers, **place)
        return Ran(ran.code, [line.replace(str(self._folder), "/home/kim") for line in ran.lines])


def write(block: Block, played: Iterable[tuple[str, Ran]]) -> None:
    """Puts what came in place of what a block shows."""
    lines = block.page.read_text(encoding="utf-8").splitlines()
    new = [
        line
        for (command, ran), (_, shown) in zip(played, block.played(), strict=True)
        for line in (f"$ {command}", *rewritten(shown, ran.lines))
    ]
    lines[block.line : block.line + len(block.lines)] = new
    block.page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _parts(shown: Sequence[str]) -> list[list[str]]:
    """The shown lines between the gaps, without what varies."""
    parts: list[list[str]] = [[]]
    for line in shown:
        if line == GAP:
            parts.append([])
        elif same(line):
            parts[-1].append(same(line))
    return parts


def _find(part: Sequence[str], lines: Sequence[str]) -> int | None:
    places = range(len(lines) - len(part) + 1)
    return next((at for at in places if list(lines[at : at + len(part)]) == list(part)), None)


def _span(part: Sequence[str], real: Sequence[str], *, last: bool) -> tuple[int, int]:
    """Where in the real lines, blank ones among them, a part stands."""
    full = [(at, same(line)) for at, line in enumerate(real) if same(line)]
    texts = [text for _, text in full]
    found = len(texts) - len(part) if last else _find(part, texts)
    assert found is not None
    return full[found][0], full[found + len(part) - 1][0] + 1
