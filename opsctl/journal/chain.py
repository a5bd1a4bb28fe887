"""A chain of JSON lines, each sealed with its own digest and with that of the line before it.

It shows that a line was edited, removed, put in or moved. It cannot show that lines were cut off
at the end, nor withstand somebody who writes the whole chain anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

FIRST = "0" * 64
"""What the first line holds in place of the digest of a line before it."""

_SEAL = len(b'{"own":"",') + 64


@dataclass(frozen=True)
class Findings:
    """What looking at every line showed; each a sentence that begins with the line's number."""

    broken: tuple[str, ...]
    """Lines that somebody manipulated."""
    torn: tuple[str, ...]
    """Lines that a crash cut short; nothing was changed after them without another line."""
    lines: int


def seal(event: Mapping[str, Any], last: bytes) -> bytes:
    """The line for an event that follows the line `last` (empty: there is none)."""
    body = json.dumps({"previous": _digest(last) if last else FIRST, **event}).encode()
    return b'{"own":"' + _digest(body).encode() + b'",' + body[1:]


def event(line: bytes) -> dict[str, Any] | None:
    """What a line says; None for a torn or unreadable one. Says nothing of its seal."""
    try:
        document = json.loads(line)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def examine(lines: Iterable[bytes]) -> Findings:
    """Looks at every seal and link, the oldest line first."""
    broken, torn = [], []
    last: bytes = b""
    number = 0
    for number, line in enumerate(lines, 1):
        said = event(line)
        if said is None and not line.endswith(b"}"):
            torn.append(f"line {number} was cut short by a crash: {len(line)} bytes are left of it")
        elif said is None or not own_seal_holds(line):
            broken.append(f"line {number}{_run(said)} was edited: its own seal does not hold")
        if said is not None and said.get("previous") != (_digest(last) if last else FIRST):
            broken.append(
                f"line {number}{_run(said)} does not follow the line before it, "
                "which was edited, removed or put in"
            )
        last = line
    return Findings(tuple(broken), tuple(torn), number)


def together(found: Mapping[str, Findings]) -> Findings:
    """Several chains as one; a sentence begins with the name of its chain, where it has one."""

    def told(name: str, sentences: tuple[str, ...]) -> list[str]:
        return [f"{name}: {it}" if name else it for it in sentences]

    return Findings(
        tuple(line for name, it in found.items() for line in told(name, it.broken)),
        tuple(line for name, it in found.items() for line in told(name, it.torn)),
        sum(it.lines for it in found.values()),
    )


def own_seal_holds(line: bytes) -> bool:
    """Whether a line is as it was sealed; what stands before it is not looked at."""
    return line[:_SEAL] == b'{"own":"' + _digest(b"{" + line[_SEAL:]).encode() + b'",'


def _run(said: Mapping[str, Any] | None) -> str:
    return f" (run {said['run']})" if said and said.get("run") else ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
