"""A JSON line of a log as people read it: level, logger, text, request, and the rest dim."""

from __future__ import annotations

from typing import Any

import msgspec

from opsctl.terminal.text import clean, one_line

RESET = "\x1b[0m"
DIM = "\x1b[2m"
_RED, _YELLOW = "\x1b[1;31m", "\x1b[33m"
_COLOURS = {
    "DEBUG": DIM,
    "WARN": _YELLOW,
    "WARNING": _YELLOW,
    "ERROR": _RED,
    "CRITICAL": _RED,
    "FATAL": _RED,
}
_TEXTS = ("message", "msg", "event")
_LEVELS = ("level", "levelname", "severity")
_LOGGERS = ("logger", "name")
_REQUESTS = ("request_id", "requestId", "correlation_id", "trace_id")
_LEFT_OUT = frozenset(("time", "timestamp", "@timestamp", "asctime", "ts"))
_encode = msgspec.json.Encoder().encode


class Messages:
    """Makes texts of JSON objects; every value is made harmless on the way."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour
        self._dim, self._reset = (DIM, RESET) if colour else ("", "")

    def shown(self, line: dict[str, Any], task: str = "") -> str:
        """One line, and a traceback below it. `task` is shown before, and not again."""
        parts: list[str] = []
        for names, form in self._forms:
            for name in names:
                value = line.get(name)
                if type(value) is str and value:
                    parts.append(form(self, quiet(value)))
                    del line[name]
                    break
        below, rest = "", []
        for name, value in line.items():
            if type(value) is str and "\n" in value:
                below += set_in(f"\n{value.strip()}")
            elif name not in _LEFT_OUT and not (name == "task" and value == task):
                rest.append(f"{quiet(name)}={_value(value)}")
        if rest:
            parts.append(f"{self._dim}{' '.join(rest)}{self._reset}")
        return " ".join(parts) + below

    def _level(self, level: str) -> str:
        code = _COLOURS.get(level.upper(), "") if self._colour else ""
        return f"{code}{level:<7}{RESET}" if code else f"{level:<7}"

    def _logger(self, name: str) -> str:
        return f"{self._dim}{name}:{self._reset}"

    def _text(self, text: str) -> str:
        return text

    def _request(self, id: str) -> str:
        return f"[{id}]"

    _forms = ((_LEVELS, _level), (_LOGGERS, _logger), (_TEXTS, _text), (_REQUESTS, _request))


def quiet(text: str) -> str:
    """The text on one line, without control bytes; most texts are so already."""
    return text if text.isprintable() else one_line(text)


def set_in(text: str) -> str:
    """Several lines without control bytes. What follows a line break is set in, or a message
    could pass for another event."""
    return text if text.isprintable() else clean(text).replace("\n", "\n    ")


def _value(value: Any) -> str:
    if type(value) is str:
        return quiet(value) if value and " " not in value else f'"{quiet(value)}"'
    if type(value) is int or type(value) is float:
        return str(value)
    return quiet(_encode(value).decode())
