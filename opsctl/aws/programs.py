"""Other programs, run without a shell: their ending, their output as progress, their own end."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from opsctl.errors import BadConfig, Unreachable
from opsctl.plan import Progress, Report

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
PATIENCE = 10.0
"""Seconds for a program to end after it was asked to."""
BEAT = 0.5
"""Seconds after which a program that says nothing is told of again, so that Ctrl-C is heard."""
KEPT = 40
"""How many of its last lines are kept for the error."""


@dataclass(frozen=True)
class Ran:
    """How a program ended: its exit code and what it said, of a followed one only the end."""

    code: int
    out: str
    err: str = ""

    @property
    def words(self) -> str:
        """What it said last, in one line of at most 400 characters; else its exit code."""
        told = [line for line in map(plain, (self.err or self.out).splitlines()) if line]
        return "; ".join(told[-3:])[-400:] if told else f"exit code {self.code}"


def find(name: str, hint: str) -> str:
    """Where a program is. Raises BadConfig, with the hint, where the PATH has none such."""
    found = shutil.which(name)
    if not found:
        raise BadConfig(f"There is no program `{name}` on the PATH.", hint=hint)
    return found


def run(
    argv: Sequence[str],
    *,
    folder: str = "",
    extra: Mapping[str, str | None] | None = None,
    said: str = "",
    limit: float = 120.0,
) -> Ran:
    """Runs a program to its end. `said` is its standard input, `extra` more of its environment,
    where None takes a variable away.

    Raises Unreachable where it has not ended after `limit` seconds.
    """
    try:
        done = subprocess.run(
            list(argv),
            cwd=_existing(folder),
            env=_environ(extra),
            input=said,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=limit,
            # Its own session: Ctrl-C at the terminal is opsctl's to hear, and nothing can prompt.
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        raise Unreachable(f"`{_name(argv)}` did not end in {limit:.0f} s.") from None
    return Ran(done.returncode, done.stdout, done.stderr)


def follow(
    argv: Sequence[str],
    *,
    report: Report | None = None,
    folder: str = "",
    extra: Mapping[str, str | None] | None = None,
) -> Ran:
    """Runs a program and reports each line; what `report` raises ends the program first."""
    lines: list[str] = []
    with _started(argv, folder, _environ(extra)) as process:
        for line in _lines(process):
            if line:
                lines = [*lines[1 - KEPT :], line]
            if report:
                report(Progress(False, (lines or [f"{_name(argv)} is at work"])[-1]))
        code = process.wait()
    return Ran(code, "\n".join(lines))


def plain(line: str) -> str:
    """A line without colours and other control characters."""
    return "".join(it for it in _ESCAPES.sub("", line) if it.isprintable()).strip()


@contextlib.contextmanager
def _started(
    argv: Sequence[str], folder: str, environ: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        list(argv),
        cwd=_existing(folder),
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            _end(process)


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    """Each line as it comes; an empty one for every while in which none comes."""
    heard: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        with contextlib.suppress(ValueError, OSError):
            for line in process.stdout or ():
                heard.put(line)
        heard.put(None)

    threading.Thread(target=read, name="opsctl-program", daemon=True).start()
    while True:
        try:
            line = heard.get(timeout=BEAT)
        except queue.Empty:
            yield ""
            continue
        if line is None:
            return
        if told := plain(line):
            yield told


def _end(process: subprocess.Popen[str]) -> None:
    """Ends it and what it started, first kindly."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
            return


def _environ(extra: Mapping[str, str | None] | None) -> dict[str, str]:
    every = {**os.environ, **(extra or {})}
    return {name: value for name, value in every.items() if value is not None}


def _existing(folder: str) -> str | None:
    if folder and not Path(folder).is_dir():
        raise BadConfig(f"There is no folder {folder}.")
    return folder or None


def _name(argv: Sequence[str]) -> str:
    return Path(argv[0]).name
