"""Filter patterns for JSON lines: `{ $.level = "ERROR" && $.status >= 500 }`."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable
from typing import Any

Condition = Callable[[Any], bool]
_TOKEN = re.compile(
    r"""\s*(?:(?P<path>\$(?:\.[\w-]+|\.?\[\d+\]|\["[^"]*"\])*)
    |(?P<op>!=|>=|<=|=|>|<|&&|\|\||\(|\))
    |"(?P<text>(?:[^"\\]|\\.)*)"|%(?P<regex>[^%]*)%
    |(?P<word>[\w.*:+-]+))""",
    re.VERBOSE,
)
_STEP = re.compile(r"""\.([\w-]+)|\[(\d+)\]|\["([^"]*)"\]""")
_ORDER = {">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le}
_MISSING = object()
_STATES: dict[str, Callable[[Any], bool]] = {
    "NULL": lambda it: it is None,
    "TRUE": lambda it: it is True,
    "FALSE": lambda it: it is False,
}


def compiled(pattern: str) -> Callable[[str], bool]:
    """The test of a pattern in braces. Raises ValueError where it cannot be read."""
    if not pattern.endswith("}"):
        raise ValueError("Invalid filter pattern: } is missing")
    reader = _Reader(_tokens(pattern[1:-1]))
    condition = reader.any_of()
    if reader.left:
        raise ValueError(f"Invalid filter pattern: {reader.left[0][1]!r} is not expected")

    def test(line: str) -> bool:
        if not line.startswith(("{", "[")):
            return False
        try:
            document = json.loads(line)
        except ValueError:
            return False
        return condition(document)

    return test


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if not token or token.end() == at:
            raise ValueError(f"Invalid filter pattern: {text[at:]!r} is not understood")
        kind = str(token.lastgroup)
        found.append((kind, token[kind]))
        at = token.end()
    return found


class _Reader:
    """Reads conditions: `||` binds less than `&&`."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.left = tokens

    def any_of(self) -> Condition:
        each = [self.all_of()]
        while self._takes("||"):
            each.append(self.all_of())
        return lambda document: any(it(document) for it in each)

    def all_of(self) -> Condition:
        each = [self.one()]
        while self._takes("&&"):
            each.append(self.one())
        return lambda document: all(it(document) for it in each)

    def one(self) -> Condition:
        if self._takes("("):
            inner = self.any_of()
            if not self._takes(")"):
                raise ValueError("Invalid filter pattern: ) is missing")
            return inner
        kind, path = self._next()
        if kind != "path":
            raise ValueError(f"Invalid filter pattern: {path!r} is no selector like $.level")
        kind, word = self._next()
        if kind == "word":
            return _state(path, word.upper(), self._next()[1].upper())
        return _comparison(path, word, *self._next())

    def _takes(self, sign: str) -> bool:
        if self.left and self.left[0] == ("op", sign):
            self.left = self.left[1:]
            return True
        return False

    def _next(self) -> tuple[str, str]:
        if not self.left:
            raise ValueError("Invalid filter pattern: it ends too early")
        token, self.left = self.left[0], self.left[1:]
        return token


def _state(path: str, first: str, second: str) -> Condition:
    if first == "NOT" and second == "EXISTS":
        return lambda document: _value(document, path) is _MISSING
    if first != "IS" or second not in _STATES:
        raise ValueError(f"Invalid filter pattern: {first} {second}")
    holds = _STATES[second]
    return lambda document: holds(_value(document, path))


def _comparison(path: str, sign: str, kind: str, wanted: str) -> Condition:
    if sign in _ORDER:
        compare, number = _ORDER[sign], float(wanted)

        def ordered(document: Any) -> bool:
            found = _value(document, path)
            return type(found) in (int, float) and compare(found, number)

        return ordered
    if sign not in ("=", "!=") or kind not in ("text", "word", "regex"):
        raise ValueError(f"Invalid filter pattern: {sign} {wanted}")
    like = re.compile(wanted if kind == "regex" else _wildcards(wanted))
    meets = like.search if kind == "regex" else like.fullmatch

    def same(document: Any) -> bool:
        found = _value(document, path)
        if found is _MISSING or isinstance(found, dict | list):
            return False
        return (meets(_text(found)) is not None) == (sign == "=")

    return same


def _wildcards(wanted: str) -> str:
    return ".*".join(re.escape(part) for part in wanted.split("*"))


def _text(found: Any) -> str:
    return found if isinstance(found, str) else json.dumps(found)


def _value(document: Any, path: str) -> Any:
    for name, index, quoted in _STEP.findall(path):
        if index and isinstance(document, list) and int(index) < len(document):
            document = document[int(index)]
        elif not index and isinstance(document, dict):
            document = document.get(name or quoted, _MISSING)
        else:
            return _MISSING
    return document
