"""Conditions of Logs Insights: `level = "ERROR" and (status >= 500 or @message like /timeout/)`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from opsctl.sandbox.insights_words import Malformed, Word, Words

Row = dict[str, Any]
Condition = Callable[[Row], bool]
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def any_of(words: Words) -> Condition:
    """Reads conditions joined by `or`, which binds less than `and`. Raises Malformed."""
    each = [_all_of(words)]
    while words.takes("or"):
        each.append(_all_of(words))
    return lambda row: any(it(row) for it in each)


def _all_of(words: Words) -> Condition:
    each = [_one(words)]
    while words.takes("and"):
        each.append(_one(words))
    return lambda row: all(it(row) for it in each)


def _one(words: Words) -> Condition:
    if words.takes("not"):
        inner = _one(words)
        return lambda row: not inner(row)
    if words.takes("("):
        inner = any_of(words)
        words.must(")")
        return inner
    for name, holds in (("ispresent", _is_present), ("isblank", _is_blank)):
        if words.takes(name, "("):
            field = words.name()
            words.must(")")
            return lambda row, holds=holds: holds(row.get(field))  # type: ignore[misc]
    return _comparison(words, words.name())


def _is_present(value: Any) -> bool:
    return value is not None


def _is_blank(value: Any) -> bool:
    return value is None or not str(value).strip()


def _comparison(words: Words, field: str) -> Condition:
    negated = words.takes("not")
    if words.takes("in"):
        return _in(words, field, negated)
    if words.takes("like") or words.takes("=~"):
        return _like(words.take(), field, negated)
    sign = words.take()
    if negated or sign.value not in ("=", "!=", *_ORDER):
        raise Malformed(f"unexpected {sign.value!r}, a comparison expected", sign.start, sign.end)
    wanted = _value(words)
    if sign.value in _ORDER:
        compare = _ORDER[sign.value]

        def ordered(row: Row) -> bool:
            found, limit = number(row.get(field)), number(wanted)
            return found is not None and limit is not None and compare(found, limit)

        return ordered
    return lambda row: (same(row.get(field), wanted)) == (sign.value == "=")


def _in(words: Words, field: str, negated: bool) -> Condition:
    words.must("[")
    wanted = [_value(words)]
    while words.takes(","):
        wanted.append(_value(words))
    words.must("]")
    return lambda row: any(same(row.get(field), it) for it in wanted) != negated


def _like(word: Word, field: str, negated: bool) -> Condition:
    if word.kind not in ("text", "regex"):
        raise Malformed(
            f"unexpected {word.value!r}, a text or /regex/ expected", word.start, word.end
        )
    try:
        meets = re.compile(word.value if word.kind == "regex" else re.escape(word.value)).search
    except re.error as error:
        raise Malformed(f"bad regular expression: {error}", word.start, word.end) from error
    return lambda row: (
        (row.get(field) is not None and meets(str(row[field])) is not None) != negated
    )


def _value(words: Words) -> str:
    word = words.take()
    if word.kind not in ("text", "number"):
        raise Malformed(f"unexpected {word.value!r}, a value expected", word.start, word.end)
    return word.value


def same(found: Any, wanted: str) -> bool:
    """Whether a value is that one, as a number where both are."""
    if found is None:
        return False
    one, other = number(found), number(wanted)
    return one == other if one is not None and other is not None else str(found) == wanted


def number(value: Any) -> float | None:
    """The number that a value is; None where it is none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
