"""The steps of a section: what `runbook do` walks through, one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsctl.errors import BadConfig
from opsctl.runbook import STEPS, Section, command_lines

LONGEST_TITLE = 72

_ITEM = re.compile(r"^\d+\.\s+", re.MULTILINE)
_GENERATED = re.compile(r"<!--.*?-->\n?", re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One step. With command lines one of them is run; without, the words are for the operator.

    `asks` is the first one: whether what the section is for is so.
    """

    words: str
    lines: tuple[str, ...] = ()
    asks: bool = False

    @property
    def codified(self) -> bool:
        """Whether opsctl does it."""
        return bool(self.lines)

    @property
    def kind(self) -> str:
        """question, codified or manual."""
        return "question" if self.asks else "codified" if self.codified else "manual"

    @property
    def title(self) -> str:
        """The step in one short line."""
        if self.lines:
            more = len(self.lines) - 1
            return f"{self.lines[0]}, or {more} more" if more else self.lines[0]
        text = " ".join(self.words.replace("`", "").replace("**", "").split())
        short = text[: LONGEST_TITLE - 2].rpartition(" ")[0]
        return text if len(text) <= LONGEST_TITLE else f"{short} …"


def of(section: Section) -> tuple[Step, ...]:
    """When, then each item of Steps; without Steps, Command and then what Check names.

    Raises BadConfig for a section that has neither Steps nor Command.
    """
    body = list(_listed(section) if section.part(STEPS) else _implied(section))
    if not body:
        raise BadConfig(
            f"The section “{section.title}” has neither **Command** nor **Steps**: "
            "there is nothing to walk through."
        )
    when = section.part("When")
    return (*([Step(_sentence(when), asks=True)] if when else []), *body)


def _listed(section: Section) -> Iterator[Step]:
    for item in _ITEM.split(section.part(STEPS))[1:]:
        text = _GENERATED.sub("", item).strip()
        lines = command_lines.found(text) if command_lines.begins(text) else ()
        yield Step(text, lines)


def _implied(section: Section) -> Iterator[Step]:
    command, check = section.part("Command"), section.part("Check")
    if command:
        yield Step(command, command_lines.found(command))
    lines = command_lines.found(check)
    yield from (Step(check, (line,)) for line in lines)
    if check and not lines:
        yield Step(f"Check: {check}")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
