"""Completion of live values in the shell: from AWS, in two seconds or not at all, never asking.

What AWS answers is read by a process of its own (`live_values.py`), which has no terminal to ask
at and none to write to. It may take longer than anybody waits: then the next Tab has it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from opsctl.targets import Target

PATIENCE = 2.0
"""Seconds that somebody who pressed Tab waits at most."""
PLAIN = re.compile(r"(?!-)[A-Za-z0-9_.+/-]{1,255}")
"""What is offered. zsh evaluates what it is offered, bash parts words at `:`, `=` and `@`: a name
with anything else in it must be typed, in quotes."""
NOT_IN_WORDS = re.compile(r"[^A-Za-z0-9_.,+/: -]+")

Offered = list[tuple[str, str]]
"""(word, what it is)."""


def of(kind: str) -> Callable[[typer.Context, str], Offered]:
    """Completes a kind of `reports/choices.py`: `autocompletion=completion.of("revisions")`."""

    def offered(context: typer.Context, incomplete: str) -> Offered:
        try:
            return fitting(_values(kind, context), context, incomplete)
        except (Exception, KeyboardInterrupt):
            # A traceback over the line that is being typed helps nobody.
            return []

    return offered


def among(*words: str) -> Callable[[str], list[str]]:
    """Completes words that are always the same."""

    def offered(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return offered


def fitting(values: Iterable[tuple[str, str]], context: typer.Context, incomplete: str) -> Offered:
    """Those that go on from what was typed and were not typed before, made harmless for a shell."""
    taken = {word for it in context.params.values() if isinstance(it, list | tuple) for word in it}
    return [
        (value, " ".join(NOT_IN_WORDS.sub(" ", about).split()))
        for value, about in values
        if PLAIN.fullmatch(value) and value.startswith(incomplete) and value not in taken
    ]


def _values(kind: str, context: typer.Context) -> Offered:
    from opsctl import targets
    from opsctl.reports import choices

    config = context.params.get("config")
    env = context.params.get("env") or _env_behind(os.environ)
    target = targets.load(Path(config) if config else None).resolve(env)
    if choices.needs_aws(kind, target):
        return _remembered(kind, target, config)
    from opsctl.aws import Aws

    return [(it.value, it.about) for it in choices.of(kind, Aws(target))]


def _env_behind(environ: Any) -> str | None:
    """The environment that stands behind the cursor: bash alone tells what is there."""
    words = environ.get("COMP_WORDS", "").split()
    behind = words[int(environ.get("COMP_CWORD") or 0) + 1 :]
    for flag, word in pairwise(behind):
        if flag in ("-e", "--env"):
            return str(word)
    return None


def _remembered(kind: str, target: Target, config: Any) -> Offered:
    from opsctl.cli.completion_memory import Memory

    memory = Memory(kind, target, os.environ)
    known = memory.recall()
    if known is not None:
        return known
    # Before it is asked: what it answers later than somebody waits is there for the next Tab.
    memory.keep(None)
    return _asked(kind, target.env, str(config or ""))


def _asked(kind: str, env: str, config: str) -> Offered:
    """What the process answers; nothing when it fails, or is not done in time."""
    import json
    import subprocess
    import sys

    nothing = subprocess.DEVNULL
    # -P: nothing of the folder that somebody stands in is run by pressing Tab.
    words = [sys.executable, "-P", "-m", "opsctl.cli.live_values", kind, env, config]
    # A session of its own has no terminal: nothing in it can ask for a code or a password.
    process = subprocess.Popen(
        words, stdin=nothing, stdout=subprocess.PIPE, stderr=nothing, start_new_session=True
    )
    answer, _ = process.communicate(timeout=PATIENCE)
    return [(str(value), str(about)) for value, about in json.loads(answer)]
