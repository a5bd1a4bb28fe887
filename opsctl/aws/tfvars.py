"""A `.tfvars` file as text: one value read or replaced, with comments and order as they were."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from opsctl.errors import BadConfig

Value: TypeAlias = str | int | None
"""None stands for a variable that the file does not set."""

_ASSIGNMENT = re.compile(r'[ \t]*"?([A-Za-z_][\w-]*)"?[ \t]*=(?!=)[ \t]*')
_SCALAR = re.compile(r'"((?:[^"\\\n]|\\.)*)"|(-?\d+)(?![\w.])')
_REST = re.compile(r"[ \t]*(#.*|//.*|/\*.*)?")
_TOKEN = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|#[^\n]*|//[^\n]*|/\*.*?\*/|<<-?[ \t]*\w+[ \t]*\n|[{}\[\]()]|\n', re.DOTALL
)


@dataclass(frozen=True)
class _Found:
    """Where a value stands in the text. `whole` is its line with the line's end."""

    value: str | int
    start: int
    end: int
    whole: tuple[int, int]


def read(text: str, name: str) -> Value:
    """The value of a variable; None where the text does not set it.

    Raises BadConfig where it is set twice, or to something else than a text or a whole number.
    """
    found = _find(text, name)
    return found.value if found else None


def changed(text: str, values: Mapping[str, Value]) -> str:
    """The text with other values, and nothing else changed: comments, order, spaces, line ends.

    A variable that was not set is added at the end; None takes its line away. Raises BadConfig
    as `read` does.
    """
    for name, value in values.items():
        found = _find(text, name)
        if found is None:
            text = _added(text, name, value)
        elif value is None:
            start, end = found.whole
            text = text[:start] + text[end:]
        elif value != found.value:
            text = text[: found.start] + _written(value) + text[found.end :]
    return text


def write(path: Path, text: str) -> None:
    """Replaces a file as a whole, with the mode it had; a reader sees the old or the new one."""
    mode = path.stat().st_mode & 0o777
    path = path.resolve()  # A link stays a link.
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(mode)
        Path(draft).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(draft).unlink()
        raise


def _find(text: str, name: str) -> _Found | None:
    places = [place for found, place in _assignments(text) if found == name]
    if not places:
        return None
    if len(places) > 1:
        raise BadConfig(f"The variable {name} is set twice in the tfvars file.")
    start = places[0]
    scalar = _SCALAR.match(text, start)
    rest = _REST.match(text, scalar.end()) if scalar else None
    if not scalar or not rest or text[rest.end() : rest.end() + 1] not in ("", "\n", "\r"):
        raise BadConfig(
            f"The variable {name} is set to something else than a text or a whole number.",
            hint=f'Write it on a line of its own, like {name} = "text" or {name} = 512.',
        )
    value: str | int = int(scalar[2]) if scalar[2] else _unquoted(name, scalar[1])
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start)
    return _Found(value, start, scalar.end(), (begin, stop + 1 if stop >= 0 else len(text)))


def _assignments(text: str) -> Iterator[tuple[str, int]]:
    """(variable, where its value begins) of every assignment that is inside nothing else."""
    depth, at = 0, 0
    while at <= len(text):
        found = _ASSIGNMENT.match(text, at) if depth == 0 else None
        if found:
            yield found[1], found.end()
            at = found.end()
        depth, at = _line_end(text, at, depth)


def _line_end(text: str, at: int, depth: int) -> tuple[int, int]:
    """(depth of brackets, where the next line begins) from the middle of a line."""
    while token := _TOKEN.search(text, at):
        word, at = token[0], token.end()
        if word == "\n":
            return depth, at
        if word.startswith("<<"):
            end = re.compile(rf"^[ \t]*{word.strip(' <-' + chr(9) + chr(10))}[ \t]*\r?$", re.M)
            closed = end.search(text, at)
            at = closed.end() if closed else len(text)
        elif word in ("{", "[", "("):
            depth += 1
        elif word in ("}", "]", ")"):
            depth -= 1
    return depth, len(text) + 1


def _unquoted(name: str, inner: str) -> str:
    if "${" in inner or "%{" in inner:
        raise BadConfig(f"The variable {name} is a template, which a tfvars file cannot hold.")
    try:
        return str(json.loads(f'"{inner}"'))
    except ValueError as error:
        raise BadConfig(f"The text of the variable {name} cannot be read.") from error


def _written(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    quoted = json.dumps(value, ensure_ascii=False)
    return quoted.replace("${", "$${").replace("%{", "%%{")


def _added(text: str, name: str, value: Value) -> str:
    if value is None:
        return text
    line_end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text or text.endswith("\n") else line_end
    return f"{text}{gap}{name} = {_written(value)}{line_end}"
