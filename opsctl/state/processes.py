"""Which process on which machine wrote a record, and whether it still runs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """A process that cannot be mistaken for a later one with the same number.

    `started` tells processes with the same number apart: on Linux the boot, the process-number
    space and the clock ticks since that boot; elsewhere the start time that `ps` prints.
    """

    host: str
    pid: int
    started: str


def current() -> Process:
    """This process."""
    pid = os.getpid()
    return Process(host(), pid, _started(pid) or "")


def host() -> str:
    """This machine's name."""
    return os.uname().nodename


def operator() -> str:
    """Who is at the keyboard, as `user@host`."""
    import getpass

    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        user = str(os.getuid())
    return f"{user}@{host()}"


def is_alive(process: Process) -> bool | None:
    """Whether it still runs; None when that cannot be known from here (another machine)."""
    if process.host != host() or not process.started:
        return None
    if not _same_numbers(process.started):
        return None
    started = _started(process.pid)
    if started is None and _hidden(process.pid):
        return None
    return started == process.started


def _same_numbers(started: str) -> bool:
    """False when the number belongs to another container of this very boot."""
    boot, _, rest = started.partition("/")
    ours, _, _ = rest.partition("/")
    return not rest or boot != _boot() or ours == _number_space()


def _hidden(pid: int) -> bool:
    """Whether it exists, although another user's processes are not shown to us (`hidepid`)."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return False


def _started(pid: int) -> str | None:
    """When a live process started; None when there is none, or only its zombie."""
    return _from_proc(pid) if (_PROC / "self/stat").exists() else _from_ps(pid)


def _from_proc(pid: int) -> str | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    # The command's name, in parentheses, may itself hold spaces and parentheses.
    fields = text.rpartition(")")[2].split()
    state, ticks = fields[0], fields[19]
    return None if state in "ZX" else f"{_boot()}/{_number_space()}/{ticks}"


def _boot() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _number_space() -> str:
    try:
        return str((_PROC / "self/ns/pid").readlink())
    except OSError:
        return ""


def _from_ps(pid: int) -> str | None:
    import subprocess

    answer = subprocess.run(
        ["ps", "-o", "state=", "-o", "lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        # The start time is printed in the reader's language and time zone.
        env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
    )
    state, _, started = answer.stdout.strip().partition(" ")
    return None if not started or state[0] in "ZX" else " ".join(started.split())
