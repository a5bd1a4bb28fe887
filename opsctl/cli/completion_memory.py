"""What completion was told a moment ago, in the cache folder: one file, for its owner alone."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from opsctl.targets import Target

KEPT = 45.0
"""Seconds that an answer is offered again."""
FAILURE_KEPT = 10.0
"""Seconds that AWS is left alone after it did not answer: a second Tab must not wait again."""
LEFTOVERS = 86400.0
WHO = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_CONFIG_FILE")


class Memory:
    """The answer for one kind, target and identity. What cannot be read or written is forgotten."""

    def __init__(self, kind: str, target: Target, environ: Mapping[str, str]) -> None:
        who = [environ.get(name, "") for name in WHO]
        told = json.dumps([kind, repr(replace(target, explicit=True)), who]).encode()
        place = f"{target.env}-{target.account}-{target.region}-{kind}"
        self.path = folder(environ) / f"{place}-{hashlib.sha256(told).hexdigest()[:16]}.json"

    def recall(self) -> list[tuple[str, str]] | None:
        """What was told; nothing after a failure; None when AWS may be asked again."""
        try:
            found = json.loads(self.path.read_bytes())
            age = time.time() - float(found["at"])
            values = None if found["values"] is None else _pairs(found["values"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if not 0 <= age < (FAILURE_KEPT if values is None else KEPT):
            return None
        return values or []

    def keep(self, values: list[tuple[str, str]] | None) -> None:
        """Remembers an answer, or with None that there was none."""
        with suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self.path.with_name(f".{self.path.name}.{os.getpid()}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                json.dump({"at": time.time(), "values": values}, file)
            draft.replace(self.path)
            _tidy(self.path.parent)


def folder(environ: Mapping[str, str]) -> Path:
    """`$XDG_CACHE_HOME/opsctl/completion`. A relative value does not count, as XDG has it."""
    home = Path(environ.get("XDG_CACHE_HOME", ""))
    return (home if home.is_absolute() else Path.home() / ".cache") / "opsctl" / "completion"


def _pairs(values: Any) -> list[tuple[str, str]]:
    return [(str(value), str(about)) for value, about in values]


def _tidy(place: Path) -> None:
    """Removes what is a day old: files of a sandbox that is gone, of a configuration of then."""
    for file in place.iterdir():
        if time.time() - file.stat().st_mtime > LEFTOVERS:
            file.unlink(missing_ok=True)
