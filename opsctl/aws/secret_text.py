"""The JSON text of a secret: one value of it read or replaced, every other byte as it was."""

from __future__ import annotations

import json
import re
from typing import Any

LONGEST = 65_536
"""Bytes that Secrets Manager stores in one version."""

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def problem(text: str | None, key: str) -> str:
    """Why the value of `key` cannot be replaced in this text, in words; empty when it can."""
    if text is None:
        return "it holds bytes, not text"
    try:
        document = json.loads(text)
    except ValueError:
        return "its value is not JSON"
    if not isinstance(document, dict):
        return "its value is not a JSON object"
    if key not in document:
        return f"it has no JSON key “{key}”; it has {', '.join(document) or 'none'}"
    if not isinstance(document[key], str):
        return f"the value of its key “{key}” is not text"
    if len(_spans(text, key)) > 1:
        return f"it has the JSON key “{key}” twice"
    return ""


def keys(text: str | None) -> tuple[str, ...]:
    """The names in it; empty where it is no JSON object."""
    return tuple(_document(text))


def value(text: str | None, key: str) -> Any:
    """The value of one key, None where there is none. It must not leave the gateway."""
    return _document(text).get(key)


def spliced(text: str, key: str, new: str) -> str:
    """The text with another value of one key; all else is byte for byte as it was.

    Raises ValueError where `problem` names one, and where the result is too long to store.
    """
    if problem(text, key):
        raise ValueError(problem(text, key))
    ((start, end),) = _spans(text, key)
    made = text[:start] + json.dumps(new) + text[end:]
    if len(made.encode()) > LONGEST:
        raise ValueError(f"it would be longer than {LONGEST} bytes")
    return made


def _document(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _spans(text: str, wanted: str) -> list[tuple[int, int]]:
    """Where the values of a key of the outermost object begin and end."""
    found = []
    at = _after_blank(text, _after_blank(text, 0) + 1)
    while text[at] == '"':
        name, at = _DECODER.raw_decode(text, at)
        start = _after_blank(text, _after_blank(text, at) + 1)
        _value, end = _DECODER.raw_decode(text, start)
        if name == wanted:
            found.append((start, end))
        at = _after_blank(text, end)
        if text[at] == ",":
            at = _after_blank(text, at + 1)
    return found


def _after_blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at
