"""The words of a Logs Insights query, with their places; and what is wrong with one."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<regex>/(?:[^/\\\n]|\\.)+/)
    |(?P<number>-?\d+(?:\.\d+)?(?![\w.]))
    |(?P<name>`[^`]+`|[@\w][\w.@-]*)
    |(?P<sign>!=|<=|>=|=~|[=<>|,()\[\]*])""",
    re.VERBOSE,
)


class Malformed(ValueError):
    """A query that cannot be understood, from `start` to `end` of its text."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start, self.end = start, end


@dataclass(frozen=True)
class Word:
    """One word: text, regex, number, name, sign, or end."""

    kind: str
    value: str
    start: int
    end: int


class Words:
    """The words of a query, one after another."""

    def __init__(self, query: str) -> None:
        self._words = list(_split(query))
        self._next = 0

    @property
    def ahead(self) -> Word:
        """The next word, which stays the next one."""
        return self._words[self._next]

    def take(self) -> Word:
        """The next word."""
        word = self.ahead
        if word.kind != "end":
            self._next += 1
        return word

    def takes(self, *values: str) -> bool:
        """Whether these words come next, in any case; then they are taken."""
        some = self._words[self._next : self._next + len(values)]
        if [it.value.lower() for it in some if it.kind in ("name", "sign")] != list(values):
            return False
        self._next += len(values)
        return True

    def must(self, value: str) -> None:
        """Takes this word. Raises Malformed where another one comes."""
        if not self.takes(value):
            raise self.unexpected(value)

    def name(self) -> str:
        """Takes the name of a field. Raises Malformed."""
        if self.ahead.kind != "name":
            raise self.unexpected("the name of a field")
        return self.take().value.strip("`")

    def number(self) -> float:
        """Takes a number. Raises Malformed."""
        if self.ahead.kind != "number":
            raise self.unexpected("a number")
        return float(self.take().value)

    def unexpected(self, wanted: str) -> Malformed:
        """What to raise where something else was expected."""
        word = self.ahead
        found = repr(word.value) if word.kind != "end" else "the end"
        return Malformed(f"unexpected {found}, {wanted} expected", word.start, word.end)


def _split(query: str) -> list[Word]:
    found, at = [], 0
    while at < len(query):
        word = _WORD.match(query, at)
        if not word:
            raise Malformed(f"unexpected symbol {query[at]!r}", at, at)
        kind = str(word.lastgroup)
        if kind == "text":
            value = re.sub(r"\\(.)", r"\1", word[0][1:-1])
        elif kind == "regex":
            value = word[0][1:-1].replace(r"\/", "/")
        else:
            value = word[0]
        if kind != "space":
            found.append(Word(kind, value, at, word.end() - 1))
        at = word.end()
    return [*found, Word("end", "", len(query), len(query))]
