"""The opsctl command lines in a text: where they stand, and what is left open in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

from opsctl.errors import BadConfig

_SPAN = re.compile(r"`(opsctl [^`\n]+)`|^(opsctl [^\n]+)$", re.MULTILINE)
_OPEN = re.compile(r"[A-Z][A-Z_]+")
ENV = "ENV"


def found(text: str) -> tuple[str, ...]:
    """Each code span, and each line of a code block, that begins with `opsctl` and a blank."""
    return tuple((it[1] or it[2].partition("  #")[0]).strip() for it in _SPAN.finditer(text))


def begins(text: str) -> bool:
    """Whether a text begins with a command line."""
    return text.lstrip().startswith("`opsctl ")


def words(line: str) -> list[str]:
    """The words after `opsctl`. Raises BadConfig for quotes that do not end."""
    try:
        return shlex.split(line)[1:]
    except ValueError as error:
        raise BadConfig(f"The runbook's `{line}` is no command line: {error}.") from error


def is_open(word: str) -> bool:
    """Whether a word stands for something that is yet to be said: TAG, REVISION, …"""
    return bool(_OPEN.fullmatch(word))


def left_open(line: str) -> tuple[str, ...]:
    """What has to be said before the line can be run, each once; the environment is known."""
    return tuple(dict.fromkeys(it for it in words(line) if is_open(it) and it != ENV))


def filled(line: str, values: Mapping[str, str], env: str) -> list[str]:
    """The words after `opsctl` with these values, in this environment whatever the line names; for
    none, the line names none."""
    said = words(line)
    kept: list[str] = []
    while said:
        word = said.pop(0)
        if word in ("--env", "-e"):
            del said[:1]
        elif not word.startswith("--env="):
            kept.append(values.get(word, word) if is_open(word) else word)
    return [*kept, "--env", env] if env else kept
