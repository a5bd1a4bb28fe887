"""The files through which a sandbox is found again: what it is, and which processes are its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsctl.targets import sandbox_file

CREATED_WITHIN = 2.0
"""Seconds by which two readings of one process's create time may differ, when the clock is set."""


@dataclass(frozen=True)
class Known:
    """A process by number and create time: a later one with the same number is another."""

    pid: int
    created: float


class StateFiles:
    """The sandbox's own folder, `$XDG_STATE_HOME/opsctl/sandbox`."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self.sandbox = sandbox_file.path(environ)
        self.folder = self.sandbox.parent
        self.log = self.folder / "sandbox.log"
        self.server = self.folder / "server.json"
        self.tasks = self.folder / "tasks.json"
        self.lock = self.folder / "up.lock"

    def make_folder(self) -> None:
        """Make the folder, for this user only."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def write(self, path: Path, document: Any) -> None:
        """Replace a file as a whole, mode 0600."""
        draft = path.with_suffix(f".{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=2)
        draft.replace(path)

    def read(self, path: Path) -> Any:
        """The document; None when there is none or it is torn."""
        try:
            return json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def known_server(self) -> Known | None:
        """The server process that was started last."""
        return _known(self.read(self.server))

    def known_tasks(self) -> list[Known]:
        """The task processes that the server had when it last wrote them down."""
        found = (_known(each) for each in self.read(self.tasks) or ())
        return [each for each in found if each]

    def forget(self) -> None:
        """Remove what says that a sandbox runs; the log stays."""
        for path in (self.sandbox, self.server, self.tasks):
            path.unlink(missing_ok=True)


def _known(document: Any) -> Known | None:
    try:
        return Known(int(document["pid"]), float(document["created"]))
    except (TypeError, KeyError, ValueError):
        return None


def this_process(pid: int) -> Known | None:
    """A live process's number and create time."""
    import psutil

    try:
        return Known(pid, psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def is_alive(known: Known) -> bool:
    """Whether it is still that very process, and not a zombie of it."""
    import psutil

    try:
        process = psutil.Process(known.pid)
        same = abs(process.create_time() - known.created) < CREATED_WITHIN
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def running(files: StateFiles) -> dict[str, Any] | None:
    """What `sandbox.json` holds while its process, and no later one of that number, lives."""
    found: dict[str, Any] | None = files.read(files.sandbox)
    try:
        alive = found and is_alive(Known(int(found["pid"]), float(found["created"])))
    except (KeyError, TypeError, ValueError):
        return None
    return found if alive else None


def end(processes: Iterable[Known], patience: float = 10.0) -> None:
    """SIGTERM, wait, and SIGKILL what is left; only what is still the process that is meant."""
    import psutil

    alive = [psutil.Process(each.pid) for each in processes if is_alive(each)]
    for process in alive:
        _send(process.terminate)
    _, left = psutil.wait_procs(alive, timeout=patience)
    for process in left:
        _send(process.kill)
    psutil.wait_procs(left, timeout=5)


def _send(signal: Any) -> None:
    import contextlib

    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        signal()
