"""Log events as lines: made as whole pages of text, since a hundred thousand must not take long."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any, Protocol

import msgspec

from opsctl.terminal.log_messages import DIM, RESET, Messages, quiet, set_in

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_UNREADABLE = (msgspec.DecodeError, UnicodeEncodeError, RecursionError)
SHOWN = 8
"""Characters of a task's id, as the console shows and as --task takes."""


class Event(Protocol):
    """What is shown: `at` is milliseconds since 1970."""

    @property
    def at(self) -> int:
        """Milliseconds since 1970."""

    @property
    def stream(self) -> str:
        """Its last part is the task's id."""

    @property
    def message(self) -> str:
        """The line as the container wrote it."""

    @property
    def id(self) -> str:
        """AWS's id of the event."""


class LogLines:
    """Makes lines of events. Times are UTC.

    `apart` takes JSON lines apart, for people; programs get them as they were written, so that
    what was searched for can be found in them. `raw` gives the messages alone, `date` the day
    beside the time.
    """

    def __init__(
        self, *, colour: bool, raw: bool = False, date: bool = True, apart: bool = True
    ) -> None:
        self._raw, self._apart = raw, apart
        self._form = "%Y-%m-%d %H:%M:%S" if date else "%H:%M:%S"
        self._second, self._clock = -1, ""
        self._tasks: dict[str, tuple[str, str]] = {}
        self._dim, self._reset = (DIM, RESET) if colour else ("", "")
        self._shown = Messages(colour=colour).shown

    def text(self, page: Iterable[Event]) -> str:
        """The lines of some events, each with its line break."""
        if self._raw:
            return "".join([f"{set_in(it.message.rstrip())}\n" for it in page])
        return "".join([self._line(it) for it in page])

    def _line(self, event: Event) -> str:
        second, rest = divmod(event.at, 1000)
        if second != self._second:
            self._second = second
            self._clock = time.strftime(self._form, time.gmtime(second))
        known = self._tasks.get(event.stream)
        task, label = known or self._task(event.stream)
        return f"{self._clock}.{rest:03d} {label} {self._body(event.message, task)}\n"

    def _task(self, stream: str) -> tuple[str, str]:
        id = stream.rpartition("/")[2]
        found = id, f"{self._dim}{quiet(id)[:SHOWN]}{self._reset}"
        self._tasks[stream] = found
        return found

    def _body(self, message: str, task: str) -> str:
        if self._apart and message.startswith("{"):
            try:
                return self._shown(_decode(message), task)
            except _UNREADABLE:
                pass
        return set_in(message.rstrip())


class _Line(msgspec.Struct):
    at: str
    stream: str
    message: str
    id: str
    fields: dict[str, Any] | None


class JsonLines:
    """The same events as JSON lines; `fields` holds what a JSON message says, else null."""

    def __init__(self) -> None:
        self._encode = msgspec.json.Encoder()
        self._second, self._clock = -1, ""

    def text(self, page: Iterable[Event]) -> str:
        """One JSON object a line. Times are UTC, ISO 8601."""
        lines = [self._line(it) for it in page]
        try:
            return _ascii_controls(self._encode.encode_lines(lines).decode())
        except UnicodeEncodeError:  # half a character, which only Python's own encoder takes
            return "".join([f"{json.dumps(msgspec.structs.asdict(it))}\n" for it in lines])

    def _line(self, it: Event) -> _Line:
        second, rest = divmod(it.at, 1000)
        if second != self._second:
            self._second = second
            self._clock = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        fields = None
        if it.message.startswith("{"):
            try:
                fields = _decode(it.message)
            except _UNREADABLE:
                fields = None
        return _Line(f"{self._clock}.{rest:03d}+00:00", it.stream, it.message, it.id, fields)


_CONTROLS = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}


def _ascii_controls(text: str) -> str:
    """JSON escapes the control characters below a blank; these move a cursor too."""
    return text if text.isascii() and "\x7f" not in text else text.translate(_CONTROLS)
