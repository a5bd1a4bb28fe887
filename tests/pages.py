"""The pages of the documentation: their blocks of code, the commands in them, their links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from typer import Exit

from opsctl.cli import line_check
from opsctl.runbook import command_lines

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^(`{3,})(\w*)\s*$")
PROGRAM = re.compile(r"(?<![\w./~$-])opsctl(?=\s+[\w-])")
AT_ONCE = ("--install-completion", "--show-completion", "--version", "--help")
"""What is done while the line is parsed, so it is not parsed here."""
INLINE = re.compile(r"(?<!`)`(opsctl [^`]+)`(?!`)")


def all_pages() -> list[Path]:
    """README, RUNBOOK and whatever is in docs/."""
    return [ROOT / "README.md", ROOT / "RUNBOOK.md", *sorted((ROOT / "docs").rglob("*.md"))]


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Block:
    """A fenced block. `line` is where its fence stands, from 1."""

    page: Path
    line: int
    language: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return f"{name(self.page)}:{self.line}"

    @property
    def commands(self) -> list[list[str]]:
        """The words of each opsctl command in it, without `opsctl`."""
        if self.language == "console":
            return [it for line, _ in self.played() for it in commands_in([line])]
        if self.language in ("bash", "sh", "fish"):
            return list(commands_in(_joined(self.lines)))
        if self.language == "text":
            return list(commands_in([it for it in self.lines if it.startswith("  opsctl ")]))
        return []

    def played(self) -> list[tuple[str, list[str]]]:
        """Of a console block: each command line, and what is shown below it."""
        found: list[tuple[str, list[str]]] = []
        for line in self.lines:
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif found:
                found[-1][1].append(line)
        return found


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page."""
    found, fence, start, language, inside = [], "", 0, "", list[str]()
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        mark = FENCE.match(line.strip())
        if fence and line.strip() == fence:
            found.append(Block(page, start, language, tuple(inside)))
            fence = ""
        elif fence:
            inside.append(line)
        elif mark:
            fence, start, language, inside = mark[1], number, mark[2], []
    assert not fence, f"{name(page)}:{start} is not closed"
    return found


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"^(`{3,})\w*\n.*?^\1\s*$", "", text, flags=re.M | re.S)


def inline_commands(page: Path) -> list[list[str]]:
    """The words of each command in the prose that is written out, without `opsctl`."""
    found = []
    for match in INLINE.finditer(prose(page)):
        if not re.search(r"[…|\[<]|\.\.\.", match[1]):
            found += list(commands_in([match[1]]))
    return found


def commands_in(lines: list[str]) -> Iterator[list[str]]:
    """The words of each opsctl command in lines of shell, quoted ones too."""
    for line in lines:
        for match in PROGRAM.finditer(line):
            before, rest = line[: match.start()], line[match.end() :]
            if re.search(r"(^|\s)#", before):
                continue
            for quote in ('"', "'"):
                if before.count(quote) % 2:
                    rest = rest.split(quote)[0]
            yield _words(rest)


def _words(text: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if word[0] in "();<>|&":
            break
        words.append(word)
    return words


def _joined(lines: tuple[str, ...]) -> list[str]:
    """Lines of shell, those that go on put together, without what is fed to a program."""
    text = re.sub(r"<<'?(\w+)'?\n.*?^\1$", "", "\n".join(lines), flags=re.M | re.S)
    return text.replace("\\\n", " ").splitlines()


def problem(words: list[str]) -> str:
    """What opsctl's own parser says against a command line; empty for a good one.

    A word in capitals stands for something that is yet to be said.
    """
    if words[0] in AT_ONCE:
        return ""
    try:
        return line_check.problem(words, command_lines.is_open)
    except Exit:
        return ""
