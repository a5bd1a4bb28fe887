"""The rules of composite alarms: `ALARM("a") AND NOT (OK("b") OR FALSE)`."""

from __future__ import annotations

import re
from collections.abc import Callable

_TOKEN = re.compile(
    r"\s*(?:(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?P<quote>[\"']?)(?P<name>[^\"')]+)"
    r"(?P=quote)\s*\)|(?P<word>AND|OR|NOT|TRUE|FALSE|\(|\)))\s*"
)

States = Callable[[str], str]
"""The state of an alarm by name or ARN."""


class BadRule(Exception):
    """The rule is not one that CloudWatch would take."""


def holds(rule: str, states: States) -> bool:
    """Whether the rule holds now. Raises BadRule."""
    parser = _Parser(_tokens(rule), states)
    value = parser.any_of()
    if parser.tokens:
        raise BadRule(f"nothing may follow: {parser.tokens[0][0]}")
    return value


def children(rule: str) -> list[str]:
    """The names of the alarms in a rule. Raises BadRule."""
    return [name for state, name in _tokens(rule) if name]


def _tokens(rule: str) -> list[tuple[str, str]]:
    """(state, alarm name) or (word, empty)."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(rule):
        token = _TOKEN.match(rule, at)
        if token is None:
            raise BadRule(f"not understood: {rule[at : at + 20]}")
        name = (token["name"] or "").strip().rpartition(":alarm:")[2]
        found.append((token["state"] or token["word"], name))
        at = token.end()
    return found


class _Parser:
    """Recursive descent; NOT binds tighter than AND, AND tighter than OR."""

    def __init__(self, tokens: list[tuple[str, str]], states: States) -> None:
        self.tokens = tokens
        self.states = states

    def any_of(self) -> bool:
        value = self.all_of()
        while self._take("OR"):
            value = self.all_of() or value
        return value

    def all_of(self) -> bool:
        value = self.one()
        while self._take("AND"):
            value = self.one() and value
        return value

    def one(self) -> bool:
        if self._take("NOT"):
            return not self.one()
        if self._take("("):
            value = self.any_of()
            if not self._take(")"):
                raise BadRule("a parenthesis is not closed")
            return value
        if not self.tokens:
            raise BadRule("the rule ends too early")
        word, name = self.tokens.pop(0)
        if not name and word not in ("TRUE", "FALSE"):
            raise BadRule(f"not expected here: {word}")
        return self.states(name) == word if name else word == "TRUE"

    def _take(self, word: str) -> bool:
        if self.tokens and self.tokens[0] == (word, ""):
            self.tokens.pop(0)
            return True
        return False
